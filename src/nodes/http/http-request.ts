/** The methods that an `http` node may use. */
export const HTTP_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

export type HttpMethod = (typeof HTTP_METHODS)[number];

/** One request, complete: nothing is added to its headers but what the connection needs. */
export interface HttpRequest {
  /** As the node's data has it; the guard reads it. */
  readonly url: string;
  readonly method: HttpMethod;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Sent as UTF-8. */
  readonly body?: string;
}
