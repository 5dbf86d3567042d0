import { z } from "zod";
import { defineNode } from "../../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../../core/node/expand-placeholders.ts";
import { anyJson, builtinData, choice } from "../builtin-data.ts";
import { buildRequest, requestFault, RESPONSE_TYPES } from "./build-request.ts";
import type { HttpClient } from "./http-client.ts";
import { HTTP_METHODS } from "./http-request.ts";
import { parseJsonBody } from "./parse-json-body.ts";

const data = builtinData(
  {
    url: z.string().describe("Where to: an `http:` or `https:` URL without user name and password."),
    method: choice(HTTP_METHODS, "The method, in any case; `GET`, or `POST` with a `body` or `json`.").optional(),
    headers: anyJson.optional().meta({ type: "object", description: "Headers: names and their texts." }),
    body: z.string().optional().describe("A text to send, as UTF-8; `text/plain` unless `headers` say otherwise."),
    json: anyJson.optional().describe("A value to send as JSON, instead of `body`; not `null`."),
    response_type: choice(RESPONSE_TYPES, "What the result is: the body's text, or the value that it is the JSON of.").default(
      "text",
    ),
  },
  { required: { url: "HTTP node missing url" }, check: requestFault },
);

/** `http`: makes a request; the result is the body. The URL is checked when the node runs, its placeholders expanded. */
export function createHttpNode(client: HttpClient) {
  return defineNode({
    type: "http",
    description: "Makes an HTTP request and gives the body of the answer.",
    data,
    placeholders: [...PLACEHOLDER_FIELDS, "headers", "body", "json"],
    secretFields: ["url", "headers", "body", "json"],
    async run({ data, signal, idempotencyKey }) {
      const text = await client.fetchText(buildRequest(data, idempotencyKey), signal);
      return data.response_type === "json" ? parseJsonBody(text) : text;
    },
  });
}
