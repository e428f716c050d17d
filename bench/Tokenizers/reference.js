// Trains vocabularies with Hugging Face's own trainers and writes what their tokenizers make of every text.
//   NODE_PATH=.../node_modules node reference.js FOLDER
// FOLDER holds train.txt (plain lines), many.txt (the same and texts of all scripts) and texts.jsonl (one JSON string a
// line); it gets one folder with a tokenizer.json for each set-up, and in it ids.txt: the ids of every text, a line each.
// characters.jsonl tells what words become of every character of Unicode between two letters.
const fs = require('node:fs');
const path = require('node:path');
const { BPE, Tokenizer, WordPiece, bertNormalizer, bertPreTokenizer, byteLevelAlphabet, byteLevelPreTokenizer } = require('tokenizers');

const folder = process.argv[2];
const texts = fs.readFileSync(path.join(folder, 'texts.jsonl'), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line));

function inOrder(special, tokens) {
    const all = [...special, ...tokens.filter(token => !special.includes(token))];
    return Object.fromEntries(all.map((token, id) => [token, id]));
}

function trained(model, normalizer, preTokenizer, file) {
    const tokenizer = new Tokenizer(model);
    if (normalizer) tokenizer.setNormalizer(normalizer);
    tokenizer.setPreTokenizer(preTokenizer);
    tokenizer.train([path.join(folder, file)]);
    const saved = path.join(folder, 'trained.json');
    tokenizer.save(saved);
    return JSON.parse(fs.readFileSync(saved, 'utf8')).model;
}

// What has been learned, sorted by its number.
const learned = model => Object.entries(model.vocab).sort((a, b) => a[1] - b[1]).map(([token]) => token);

function words(file, lowercase, stripAccents) {
    const options = { lowercase, stripAccents: stripAccents ?? undefined };
    const model = trained(WordPiece.empty(), bertNormalizer(options), bertPreTokenizer(), file);
    const vocab = inOrder(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'], learned(model));
    return {
        normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: stripAccents, lowercase },
        pre_tokenizer: { type: 'BertPreTokenizer' },
        post_processor: {
            type: 'TemplateProcessing',
            single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }],
            pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
            special_tokens: {
                '[CLS]': { id: '[CLS]', ids: [vocab['[CLS]']], tokens: ['[CLS]'] },
                '[SEP]': { id: '[SEP]', ids: [vocab['[SEP]']], tokens: ['[SEP]'] },
            },
        },
        model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
    };
}

function bytes(file, special, mergesInPairs, processor) {
    const model = trained(BPE.empty(), null, byteLevelPreTokenizer(false), file);
    const vocab = inOrder(special, [...byteLevelAlphabet().sort(), ...learned(model).filter(token => token.length > 1)]);
    const merges = model.merges.map(merge => typeof merge === 'string' ? merge.split(' ') : merge);
    return {
        normalizer: null,
        pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
        post_processor: processor(vocab),
        model: {
            type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: '', end_of_word_suffix: '', fuse_unk: false,
            vocab, merges: mergesInPairs ? merges : merges.map(merge => merge.join(' ')),
        },
    };
}

const roberta = vocab => ({ type: 'RobertaProcessing', sep: ['</s>', vocab['</s>']], cls: ['<s>', vocab['<s>']], trim_offsets: true, add_prefix_space: false });
const gpt2 = () => ({ type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true });

const setups = {
    uncased: () => words('train.txt', true, null),
    cased: () => words('train.txt', false, null),
    multilingual: () => words('many.txt', true, null),
    accents: () => words('many.txt', true, false),
    roberta: () => bytes('train.txt', ['<s>', '<pad>', '</s>', '<unk>', '<mask>'], false, roberta),
    gpt2: () => bytes('many.txt', ['<|endoftext|>'], true, gpt2),
};

function writeCharacters() {
    const normalizer = bertNormalizer({ lowercase: true });
    const preTokenizer = bertPreTokenizer();
    const lines = [];
    for (let character = 0; character < 0x110000; character++) {
        if (character >= 0xD800 && character < 0xE000) continue;
        const words = preTokenizer.preTokenizeString(normalizer.normalizeString(`a${String.fromCodePoint(character)}b`));
        lines.push(JSON.stringify(words.map(([word]) => word).join(' ')));
    }
    fs.writeFileSync(path.join(folder, 'characters.jsonl'), lines.join('\n') + '\n');
}

(async () => {
    writeCharacters();
    for (const [name, make] of Object.entries(setups)) {
        const place = path.join(folder, name);
        fs.mkdirSync(place, { recursive: true });
        // Special tokens are in no list of added tokens, so that they are text here as they are in the product.
        const json = JSON.stringify({ version: '1.0', truncation: null, padding: null, added_tokens: [], ...make(), decoder: null });
        fs.writeFileSync(path.join(place, 'tokenizer.json'), json);
        const tokenizer = Tokenizer.fromString(json);
        const out = fs.createWriteStream(path.join(place, 'ids.txt'));
        for (let i = 0; i < texts.length; i += 1000) {
            for (const encoding of await tokenizer.encodeBatch(texts.slice(i, i + 1000))) {
                out.write(encoding.getIds().join(' ') + '\n');
            }
        }
        await new Promise(resolve => out.end(resolve));
        console.log(`${name}: ${tokenizer.getVocabSize()} tokens`);
    }
})();
