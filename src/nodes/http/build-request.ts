import type { JsonValue } from "../../core/json/json-value.ts";
import { quote } from "../../core/text/quote.ts";
import { ACCEPT_ENCODING } from "./decode-body.ts";
import { HTTP_METHODS, type HttpMethod, type HttpRequest } from "./http-request.ts";
import { headersFault, readHeaders } from "./request-headers.ts";

export const RESPONSE_TYPES = ["text", "json"] as const;

/** The data of an `http` node. */
export interface HttpData {
  readonly url: string;
  readonly method?: string | undefined;
  readonly headers?: JsonValue | undefined;
  readonly body?: string | undefined;
  readonly json?: JsonValue | undefined;
  readonly response_type?: string | undefined;
}

/** By name in lower case, which turns no other letter into one of theirs, as upper case does. */
const METHODS: ReadonlyMap<string, HttpMethod> = new Map(HTTP_METHODS.map((method) => [method.toLowerCase(), method]));
const RESPONSE_TYPE_SET: ReadonlySet<string> = new Set(RESPONSE_TYPES);
/** A request with one of these may do its work twice if it is made twice. */
const REPEATING_METHODS: ReadonlySet<HttpMethod> = new Set(["POST", "PATCH"]);

/** The first fault of a node's data. Names fields and headers, but tells no value that may hold a secret. */
export function requestFault(data: HttpData): string | undefined {
  const method = methodOf(data);
  if (method === undefined) return `invalid method ${quote(data.method ?? "")}: use ${listOf(HTTP_METHODS)}`;
  const fault = headersFault(data.headers);
  if (fault !== undefined) return fault;
  if (data.body !== undefined && data.json !== undefined) return "HTTP node has both body and json: use one of them";
  if (hasBody(data) && (method === "GET" || method === "HEAD")) {
    return `HTTP node with method ${method} cannot have a body: use another method`;
  }
  if (RESPONSE_TYPE_SET.has(data.response_type ?? "text")) return undefined;
  return `invalid response_type ${quote(data.response_type ?? "")}: use ${listOf(RESPONSE_TYPES)}`;
}

/** The request of a node whose data has no fault. The node's own headers come before what is sent by default. */
export function buildRequest(data: HttpData, idempotencyKey: string): HttpRequest {
  const method = methodOf(data) ?? "GET";
  const headers = new Map([
    ["accept", "*/*"],
    ["accept-encoding", ACCEPT_ENCODING],
    ["user-agent", "levelflow"],
  ]);
  if (hasBody(data)) headers.set("content-type", data.body === undefined ? "application/json" : "text/plain; charset=utf-8");
  if (REPEATING_METHODS.has(method)) headers.set("idempotency-key", idempotencyKey);
  for (const [name, value] of readHeaders(data.headers)) headers.set(name, value);
  const request = { url: data.url, method, headers };
  const body = data.json === undefined ? data.body : JSON.stringify(data.json);
  return body === undefined ? request : { ...request, body };
}

function methodOf(data: HttpData): HttpMethod | undefined {
  if (data.method === undefined) return hasBody(data) ? "POST" : "GET";
  return METHODS.get(data.method.toLowerCase());
}

function hasBody({ body, json }: HttpData): boolean {
  return body !== undefined || json !== undefined;
}

function listOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
