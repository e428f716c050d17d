// What people build around ONNX Runtime in Node: a text comes, is tokenized and computed by itself, and answered.
//   NODE_PATH=.../node_modules MODEL=model.onnx TOKENIZER=tokenizer.json LABELS=negative,positive PORT=8090 [THREADS=2] node server.js
// THREADS   for one computation; without it the runtime's own default is taken, as most people do
const http = require('node:http');
const ort = require('onnxruntime-node');
const { Tokenizer } = require('tokenizers');

const { MODEL, TOKENIZER, LABELS, PORT, THREADS } = process.env;
const labels = LABELS.split(',');
const mostTokens = 512;

const tensor = (values, length) => new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, length]);

async function predict(session, tokenizer, text) {
    const encoding = await tokenizer.encode(text);
    const ids = encoding.getIds();
    const { logits } = await session.run({
        input_ids: tensor(ids, ids.length),
        attention_mask: tensor(encoding.getAttentionMask(), ids.length),
    });
    const powers = Array.from(logits.data, Math.exp);
    const sum = powers.reduce((a, b) => a + b);
    const probabilities = powers.map(power => power / sum);
    const confidence = Math.max(...probabilities);
    return { label: labels[probabilities.indexOf(confidence)], confidence, probabilities };
}

function read(request) {
    return new Promise((resolve, reject) => {
        const parts = [];
        request.on('data', part => parts.push(part));
        request.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString('utf8'))));
        request.on('error', reject);
    });
}

async function answer(session, tokenizer, request, response) {
    let status = 200;
    let body;
    try {
        body = await predict(session, tokenizer, (await read(request)).text);
    } catch (error) {
        status = 500;
        body = { error: String(error) };
    }
    const json = JSON.stringify(body);
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) });
    response.end(json);
}

(async () => {
    const session = await ort.InferenceSession.create(MODEL, THREADS ? { intraOpNumThreads: Number(THREADS) } : undefined);
    const tokenizer = Tokenizer.fromFile(TOKENIZER);
    tokenizer.setTruncation(mostTokens);
    http.createServer((request, response) => answer(session, tokenizer, request, response)).listen(Number(PORT), '127.0.0.1');
})();
