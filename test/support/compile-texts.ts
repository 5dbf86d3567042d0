import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "..", "..");

/** Compiles texts as if they were files at these paths, under the project's own settings. Answers what the compiler says. */
export function compileTexts(files: ReadonlyMap<string, string>): string[] {
  const config = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => readFileSync(path, "utf8")) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.config.compilerOptions, ROOT);
  const host = ts.createCompilerHost({ ...options, configFilePath: join(ROOT, "tsconfig.json") });
  const underlying = { ...host };
  host.fileExists = (path) => files.has(path) || underlying.fileExists(path);
  host.readFile = (path) => files.get(path) ?? underlying.readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = files.get(path);
    if (text === undefined) return underlying.getSourceFile(path, languageVersion, ...rest);
    return ts.createSourceFile(path, text, languageVersion);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText, start = 0 }) => {
      const line = (files.get(path) ?? "").slice(0, start).split("\n").length;
      return `${path}:${String(line)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  });
}
