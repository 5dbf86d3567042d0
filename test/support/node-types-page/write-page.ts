import { writeFileSync } from "node:fs";
import { PAGE_PATH, renderPage } from "./render-page.ts";

writeFileSync(PAGE_PATH, await renderPage());
