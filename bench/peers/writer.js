// transformers.js as its users have it, over the same ONNX file: orders come line by line as JSON, {ids, samples, tokens}.
//   NODE_PATH=.../node_modules MODEL=folder FILE=onnx/decoder_model_merged.onnx [THREADS=1] node writer.js
const path = require('node:path');
const readline = require('node:readline');
const { AutoModelForCausalLM, Tensor, env } = require('@huggingface/transformers');

const { MODEL, FILE, THREADS } = process.env;
env.allowRemoteModels = false;
env.localModelPath = path.dirname(MODEL);

function tensor(values, rows) {
    const all = Array.from({ length: rows }, () => values).flat();
    return new Tensor('int64', BigInt64Array.from(all, BigInt), [rows, values.length]);
}

async function write(model, { ids, samples, tokens }) {
    const started = performance.now();
    let first = 0;
    let calls = 0;

    // It hears of the prompt first, then of every step.
    const streamer = { put: () => { if (++calls === 2) first = performance.now() - started; }, end: () => { } };
    const output = await model.generate({
        inputs: tensor(ids, samples),
        attention_mask: tensor(ids.map(() => 1), samples),
        max_new_tokens: tokens,
        min_new_tokens: tokens,
        do_sample: true,
        temperature: 0.8,
        top_k: 50,
        top_p: 0.95,
        streamer,
    });
    const all = performance.now() - started;
    if (output.dims[0] !== samples || output.dims[1] !== ids.length + tokens) {
        throw new Error(`It wrote ${output.dims} tokens.`);
    }
    return { first, all };
}

(async () => {
    const model = await AutoModelForCausalLM.from_pretrained(path.basename(MODEL), {
        dtype: 'fp32',
        subfolder: path.dirname(FILE) === '.' ? '' : path.dirname(FILE),
        model_file_name: path.basename(FILE, '.onnx'),
        session_options: { intraOpNumThreads: Number(THREADS ?? 1) },
    });
    for await (const line of readline.createInterface({ input: process.stdin })) {
        let answer;
        try {
            answer = await write(model, JSON.parse(line));
        } catch (error) {
            answer = { error: String(error.stack ?? error) };
        }
        process.stdout.write(JSON.stringify(answer) + '\n');
    }
})();
