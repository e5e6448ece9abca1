// A prompt goes out as a POST, and its answer comes back as the tokens of that one response. What has come is kept for
// this tab, so that after a reload an EventSource goes on after the last id.

import {readEvents} from './events.js';

const KEPT = 'freshet-chat';
const byId = id => document.getElementById(id);

/** What this tab knows of the answer: {id, prompt, text, lastId, done}. */
let answer = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
let source = null;

function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify(answer));
}

function show(state, report) {
  const running = state === 'writing' || state === 'resuming';
  byId('status').dataset.state = {writing: 'open', resuming: 'connecting', failed: 'closed'}[state] ?? 'idle';
  byId('state').textContent = state;
  byId('answer').classList.toggle('running', running);
  byId('ask').querySelector('button').disabled = running;
  if (report) {
    byId('report').textContent = report;
  }
}

function begin(id, prompt) {
  answer = {id, prompt, text: '', lastId: '', done: false};
  location.hash = id;
  draw();
}

function draw() {
  byId('prompt').hidden = answer.prompt === '';
  byId('prompt').textContent = answer.prompt;
  byId('answer').textContent = answer.text;
  byId('link').href = `#${answer.id}`;
}

/** Takes one event of either kind of stream. */
function take(type, data, id, resumed) {
  if (type === 'started') {
    const {id, prompt} = JSON.parse(data);
    begin(id, prompt);
  } else if (type === 'token') {
    const token = JSON.parse(data);
    answer.text += token;
    const word = document.createElement('span');
    word.className = resumed ? 'resumed' : '';
    word.textContent = token;
    byId('answer').append(word);
  } else if (type === 'done') {
    answer.done = true;
    show('done');
  } else if (type === 'stream-reset') {
    answer.text = ''; // what is retained follows, from its beginning
    draw();
  }
  if (answer) {
    answer.lastId = id;
    keep();
  }
}

async function ask(prompt) {
  source?.close();
  answer = null;
  byId('problem').textContent = '';
  const response = await fetch('/api/chat', {method: 'POST', body: prompt});
  if (!response.ok) {
    byId('problem').textContent = await response.text();
    return;
  }
  show('writing', 'The tokens come as the answer to one POST.');
  try {
    await readEvents(response.body, (type, data, id) => take(type, data, id, false));
  } catch (failure) {
    console.info('the answer was cut off', failure);
  }
  if (!answer) {
    show('failed', 'The answer was cut off before it began.'); // and without an id there is nothing to resume
  } else if (!answer.done) {
    resume();
  }
}

/** Goes on after the last id; what was written meanwhile comes first, and at once. */
function resume() {
  const behind = Date.now();
  let missed = 0;
  show('resuming');
  const last = answer.lastId ? `&lastEventId=${encodeURIComponent(answer.lastId)}` : '';
  source = new EventSource(`/api/chat?id=${encodeURIComponent(answer.id)}${last}`);
  source.onopen = () => show('writing', 'Back: the answer goes on after the last token that this tab had.');
  for (const type of ['started', 'token', 'done', 'stream-reset']) {
    source.addEventListener(type, event => {
      const old = Number(event.lastEventId.split('-')[0]) < behind;
      missed += type === 'token' && old ? 1 : 0;
      take(type, event.data, event.lastEventId, old);
      if (type === 'done') {
        source.close();
        byId('report').textContent = `Resumed: ${missed} ${missed === 1 ? 'token was' : 'tokens were'} written while this tab was away.`;
      }
    });
  }
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) {
      show('failed', 'This answer is no longer there.');
    } else {
      show('resuming');
    }
  };
}

byId('origin').textContent = location.origin;
byId('ask').addEventListener('submit', event => {
  event.preventDefault();
  const prompt = byId('question').value.trim();
  if (prompt) {
    byId('question').value = '';
    ask(prompt).catch(failure => { byId('problem').textContent = String(failure); });
  }
});

const linked = location.hash.slice(1);
if (linked && answer?.id !== linked) {
  answer = {id: linked, prompt: '', text: '', lastId: '', done: false}; // of another tab: all of it, from the start
}
if (answer) {
  draw();
  if (answer.done) {
    show('done', 'This tab has all of the answer.');
  } else {
    resume();
  }
}
