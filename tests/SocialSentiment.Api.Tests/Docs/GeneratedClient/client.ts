// What a program does with a client that was generated from the API's document. tsc checks it against the document's
// types, and it runs against the API itself; what it prints is read by the test.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { argv: string[] };

type Post = components["schemas"]["PostResponse"];

const [, , baseUrl = "", source = "", headersJson = "{}"] = process.argv;
const api = createClient<paths>({ baseUrl, headers: JSON.parse(headersJson) as Record<string, string> });

const predicted = await api.POST("/predict", { body: { text: "I love this!" } });
const sentiment: "negative" | "neutral" | "positive" | undefined = predicted.data?.sentiment;
const why: string | undefined = predicted.data?.fallback_reason;

const created = await api.POST("/posts", { body: { text: "I love this!", source } });
if (!created.data) {
    throw new Error(`It was not taken: ${created.error.detail}`);
}

const post: Post = created.data;
const revision: number = post.revision;
const read = await api.GET("/posts/{id}", { params: { path: { id: post.id } } });
const list = await api.GET("/posts", { params: { query: { source, limit: "10" } } });
const texts: string[] = (list.data?.items ?? []).map((item) => item.text);
const label: "negative" | "neutral" | "positive" | undefined = read.data?.post.sentiment?.label;

const refused = await api.POST("/posts", { body: { text: " " } });
const missing = await api.GET("/posts/{id}", { params: { path: { id: "00000000-0000-0000-0000-000000000000" } } });

console.log(JSON.stringify({
    id: post.id,
    revision,
    label,
    predicted: { sentiment, why },
    texts,
    analyses: read.data?.analyses.length,
    refused: { status: refused.response.status, title: refused.error?.title, detail: refused.error?.detail },
    missing: { status: missing.response.status, detail: missing.error?.detail },
}));
