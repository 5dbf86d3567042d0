import { PUBLIC_ORIGIN } from "./example-server.ts";
import { show, step, type Family } from "./page-entry.ts";

const PORT = `${PUBLIC_ORIGIN}/ports/oslo`;

export const WEB: Family = {
  title: "Other services",
  intro: "How a workflow reaches the rest of the world.",
  entries: [
    {
      type: "http",
      inputs: "not looked at",
      result: "the body of the answer, as text or as the value that it is the JSON of",
      notes: ["[HTTP requests](http.md) tells what it sends, what it may reach, its limits, and which failures are tried again."],
      examples: [
        show("A text", step({ url: PORT })),
        show("A value", step({ url: PORT, response_type: "json" })),
        show("A request with a body", step({ url: `${PUBLIC_ORIGIN}/bookings`, json: { port: "Oslo" }, response_type: "json" })),
      ],
      failures: [
        show("`url` is missing", step({})),
        show("`method` is unknown", step({ url: PORT, method: "FETCH" })),
        show("a header is not a text", step({ url: PORT, headers: { "x-trace": 5 } })),
        show("there are both `body` and `json`", step({ url: PORT, body: "a", json: 1 })),
        show("the method takes no body", step({ url: PORT, method: "GET", body: "a" })),
        show("`response_type` is unknown", step({ url: PORT, response_type: "xml" })),
        show("the URL is none that may be fetched", step({ url: "ftp://files.example/ports" })),
        show("the address is internal", step({ url: "http://10.0.0.1/" })),
        show("a redirect leads to an internal address", step({ url: `${PUBLIC_ORIGIN}/inside` })),
        show("there are too many redirects", step({ url: `${PUBLIC_ORIGIN}/round` })),
        show("the answer is not 200–299", step({ url: `${PUBLIC_ORIGIN}/ports/atlantis` })),
        show("the body is too large", step({ url: `${PUBLIC_ORIGIN}/large` })),
        show("the body is to be JSON and is not", step({ url: `${PUBLIC_ORIGIN}/closed`, response_type: "json" })),
      ],
    },
  ],
};
