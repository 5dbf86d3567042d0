import ts from "typescript";

const COMPILER_OPTIONS = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  inlineSourceMap: true,
};

/** A TypeScript module without its types. */
export function compileModule(fileName, text) {
  return ts.transpileModule(text, { fileName, compilerOptions: COMPILER_OPTIONS }).outputText;
}
