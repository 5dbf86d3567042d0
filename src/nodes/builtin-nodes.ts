import type { AnyNodeDefinition } from "../core/node/define-node.ts";
import { accumulatorNode } from "./accumulator-node.ts";
import { cacheNode } from "./cache-node.ts";
import { conditionNode } from "./condition-node.ts";
import { contextConstantNode, contextVariableNode } from "./context/context-nodes.ts";
import { counterNode } from "./counter-node.ts";
import { delayNode } from "./delay-node.ts";
import { extractNode } from "./extract-node.ts";
import { forEachNode } from "./for-each-node.ts";
import { createHttpClient, type HttpClient, type HttpSettings } from "./http/http-client.ts";
import { createHttpNode } from "./http/http-node.ts";
import { joinNode } from "./join-node.ts";
import { numberNode } from "./number-node.ts";
import { operationNode } from "./operation-node.ts";
import { parallelNode } from "./parallel-node.ts";
import { retryNode } from "./retry-node.ts";
import { splitNode } from "./split-node.ts";
import { switchNode } from "./switch-node.ts";
import { textInputNode } from "./text-input-node.ts";
import { textOperationNode } from "./text/text-operation-node.ts";
import { timeoutNode } from "./timeout-node.ts";
import { transformNode } from "./transform-node.ts";
import { tryCatchNode } from "./try-catch-node.ts";
import { variableNode } from "./variable-node.ts";
import { visualizationNode } from "./visualization-node.ts";
import { whileLoopNode } from "./while-loop-node.ts";

/** What the built-in types can be told; `Settings` fits. Today that is what `http` nodes may reach. */
export type BuiltinNodeSettings = HttpSettings;

/** The 25 built-in node types, in the order of `BUILTIN_TYPE_NAMES`. `httpClient` replaces the one made from the settings. */
export function createBuiltinNodes(
  settings: BuiltinNodeSettings = {},
  httpClient: HttpClient = createHttpClient(settings),
): readonly AnyNodeDefinition[] {
  return [
    numberNode,
    textInputNode,
    visualizationNode,
    operationNode,
    textOperationNode,
    createHttpNode(httpClient),
    conditionNode,
    forEachNode,
    whileLoopNode,
    variableNode,
    extractNode,
    transformNode,
    accumulatorNode,
    counterNode,
    switchNode,
    parallelNode,
    joinNode,
    splitNode,
    delayNode,
    cacheNode,
    retryNode,
    tryCatchNode,
    timeoutNode,
    contextVariableNode,
    contextConstantNode,
  ];
}
