// @google/genai (JavaScript) on the Gemini API. Arguments: the folder of the SDK, the folder of this run.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const [, , installed, folder] = process.argv;
const entry = createRequire(join(installed, 'package.json')).resolve('@google/genai');
const { GoogleGenAI } = await import(pathToFileURL(entry));

const MODEL = 'veo-3.1-generate-preview';
const LITE = 'veo-3.1-lite-generate-preview';
const PROMPT = 'A lighthouse keeper climbs the stairs.';
const FOREIGN = 'https://generativelanguage.googleapis.com/v1beta/files/somebodyelses:download?alt=media';
const PAUSE_MS = 30;

const ai = new GoogleGenAI({});

const image = (name) => ({
  imageBytes: readFileSync(join(folder, `${name}.png`)).toString('base64'),
  mimeType: 'image/png',
});
const reference = (name) => ({ image: image(name), referenceType: 'ASSET' });

/** Submit; `extra` are parameters that the SDK itself would refuse. */
function ask({ model = MODEL, prompt = PROMPT, picture, video, extra, by = ai, ...config } = {}) {
  const httpOptions = extra === undefined ? undefined : { extraBody: { parameters: extra } };
  return by.models.generateVideos({
    model,
    source: { prompt, image: picture, video },
    config: { ...config, httpOptions },
  });
}

/** Submit and wait: the finished video. */
async function made(asked) {
  let operation = await ask(asked);
  while (!operation.done) {
    await pause(PAUSE_MS);
    operation = await ai.operations.getVideosOperation({ operation });
  }
  if (operation.error) throw new Error(JSON.stringify(operation.error));
  return operation.response.generatedVideos[0].video;
}

async function kept(name, video) {
  const path = join(folder, `gemini-javascript-${name}.mp4`);
  await ai.files.download({ file: video, downloadPath: path });
  return { clip: basename(path) };
}

const clip = (name, asked) => async () => kept(name, await made(asked));

/** An opening and three extensions, each as soon as the file before is ACTIVE. */
async function chain() {
  let video = await made();
  for (let step = 0; step < 3; step += 1) {
    const name = video.uri.match(/files\/([a-z0-9-]+)/)[0];
    while ((await ai.files.get({ name })).state !== 'ACTIVE') await pause(PAUSE_MS);
    video = await made({ video, numberOfVideos: 1, resolution: '720p' });
  }
  return kept('chain', video);
}

async function refused(asking) {
  let answer;
  try {
    answer = await asking();
  } catch (error) {
    if (error.status === undefined) throw error;
    return { status: error.status, message: JSON.parse(error.message).error.message };
  }
  throw new Error(`it was taken: ${JSON.stringify(answer)}`);
}

const refuse = (asked) => () => refused(() => ask(asked));
const withKey = (key) => new GoogleGenAI({ httpOptions: { headers: { 'x-goog-api-key': key } } });

async function beforeActive() {
  const video = await made();
  return refused(() => ask({ video }));
}

async function unknownOperation() {
  const operation = await ask();
  operation.name = `models/${MODEL}/operations/nobodyknows`;
  return refused(() => ai.operations.getVideosOperation({ operation }));
}

const CASES = {
  chain,
  'extension before ACTIVE': beforeActive,
  text: clip('text', { durationSeconds: 6, aspectRatio: '9:16' }),
  image: clip('image', { picture: image('first') }),
  'first and last': clip('first-last', { picture: image('first'), lastFrame: image('last') }),
  references: clip('references', {
    referenceImages: ['first', 'last', 'face'].map(reference),
    durationSeconds: 8,
  }),
  generateAudio: refuse({ extra: { generateAudio: true } }),
  seed: refuse({ extra: { seed: 7 } }),
  numberOfVideos: refuse({ extra: { numberOfVideos: 1 } }),
  enhancePrompt: refuse({ enhancePrompt: true }),
  'duration 5': refuse({ durationSeconds: 5 }),
  '1080p with 6 s': refuse({ durationSeconds: 6, resolution: '1080p' }),
  'references and image': refuse({ picture: image('first'), referenceImages: [reference('face')] }),
  'last frame alone': refuse({ lastFrame: image('last') }),
  'foreign video': refuse({ video: { uri: FOREIGN } }),
  'extension by lite': refuse({ model: LITE, video: { uri: FOREIGN } }),
  'bad key': refuse({ by: withKey('invalid') }),
  'missing key': refuse({ by: withKey('') }),
  'unknown model': refuse({ model: 'veo-9.9-generate-preview' }),
  'retired model': refuse({ prompt: 'this one is retired' }),
  'lite with references': refuse({ model: LITE, referenceImages: [reference('face')] }),
  'lite with negativePrompt': refuse({ model: LITE, negativePrompt: 'rain' }),
  'sampleCount 2': refuse({ numberOfVideos: 2 }),
  'prompt too long': refuse({ prompt: 'lighthouse '.repeat(1200) }),
  'unknown operation': unknownOperation,
};

async function result([name, run]) {
  try {
    return { case: name, ...(await run()) };
  } catch (error) {
    return { case: name, broken: String(error.stack ?? error) };
  }
}

for (const line of await Promise.all(Object.entries(CASES).map(result))) console.log(JSON.stringify(line));
