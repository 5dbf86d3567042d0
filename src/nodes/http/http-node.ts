import { z } from "zod";
import { defineNode } from "../../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../../core/node/expand-placeholders.ts";
import { builtinData } from "../builtin-data.ts";
import type { HttpClient } from "./http-client.ts";

/** `http`: fetches a URL with GET; the result is the body as text. The URL is checked when the node runs, its placeholders expanded. */
export function createHttpNode(client: HttpClient) {
  return defineNode({
    type: "http",
    data: builtinData({ url: z.string() }, { required: { url: "HTTP node missing url" } }),
    placeholders: PLACEHOLDER_FIELDS,
    run: ({ data, signal }) => client.fetchText(data.url, signal),
  });
}
