// The chat. A prompt is sent as a POST, and the response is the stream of the tokens of its answer. The page creates the id of the
// answer and stores the turns of this tab: after a reload or a lost connection, a GET resumes after the last event. If the page has no
// event of an answer yet, it sends the same POST again, which the server rejects with 409 if the answer has begun already.

import {readEvents} from './events.js';

const KEPT = 'freshet-turns';
const MOST_TURNS = 20;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;
/**
 * The ends of a turn, with the state that is shown: the type of the last event; or no such answer on the server, or a
 * rejected prompt.
 */
const ENDS = {done: 'done', cancelled: 'stopped', error: 'failed', lost: 'failed', refused: 'failed'};
const REPORTS = {
  done: 'This tab has all that was written.',
  cancelled: 'The answer was stopped: nothing more is written.',
  error: 'The answer failed on the server: what is here is all that was written.',
  lost: 'This answer is no longer there.',
  refused: 'The prompt was refused.'
};
const byId = id => document.getElementById(id);

/** The turns, oldest first: {id, prompt, text, lastId, end}. A turn without an end is being written. */
const turns = JSON.parse(sessionStorage.getItem(KEPT) ?? '[]');
/** The turns whose stream is open. */
const open = new Set();

/** Returns the newest turn that is being written. */
const running = () => turns.findLast(turn => !turn.end);

function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify(turns));
}

/** Creates a UUID, also on pages without a secure context. */
function newId() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-4$3-8$4-');
}

function stateOf(turn) {
  if (open.has(turn)) {
    return 'writing';
  }
  return turn.lastId ? 'resuming' : 'asking';
}

function show(report) {
  const turn = running();
  const state = turn ? stateOf(turn) : ENDS[turns.at(-1)?.end] ?? 'ready';
  byId('status').dataset.state =
    {writing: 'open', resuming: 'connecting', asking: 'connecting', failed: 'closed'}[state] ?? 'idle';
  byId('state').textContent = state;
  byId('send').hidden = Boolean(turn);
  byId('stop').hidden = !turn;
  if (report) {
    byId('report').textContent = report;
  }
}

/** Adds a turn to the page and to the stored turns. */
function begin(id, prompt) {
  const turn = {id, prompt, text: '', lastId: '', end: null};
  turns.push(turn);
  turns.splice(0, turns.length - MOST_TURNS);
  keep();
  location.hash = id;
  draw();
  return turn;
}

function finish(turn, end, report = REPORTS[end]) {
  turn.end = end;
  keep();
  mark(byId(`turn-${turn.id}`), turn);
  show(report);
}

/** Draws all turns anew. */
function draw() {
  byId('nothing').hidden = turns.length > 0;
  byId('turns').replaceChildren(...turns.map(turn => {
    const item = document.createElement('li');
    const prompt = document.createElement('p');
    const answer = document.createElement('p');
    item.id = `turn-${turn.id}`;
    prompt.className = 'prompt';
    prompt.textContent = turn.prompt;
    prompt.hidden = turn.prompt === '';
    answer.className = 'answer';
    answer.textContent = turn.text;
    mark(item, turn);
    item.append(prompt, answer);
    return item;
  }));
  byId('link').href = turns.length > 0 ? `#${turns.at(-1).id}` : '#';
  byId('linked').hidden = turns.length === 0;
  scroll(true);
}

/** Scrolls to the end of the chat, unless its reader has scrolled up. */
function scroll(always) {
  const talk = byId('turns').parentElement;
  if (always || talk.scrollHeight - talk.scrollTop - talk.clientHeight < 60) {
    talk.scrollTop = talk.scrollHeight;
  }
}

function mark(item, turn) {
  item.className = `turn ${turn.end ?? 'running'}`;
}

/** Handles an event that does not end its turn. */
function handle(turn, type, data, id, resumed) {
  const [prompt, answer] = byId(`turn-${turn.id}`).children;
  if (type === 'started') {
    turn.prompt = JSON.parse(data).prompt;
    prompt.textContent = turn.prompt;
    prompt.hidden = false;
  } else if (type === 'token') {
    const word = document.createElement('span');
    word.className = resumed ? 'resumed' : '';
    word.textContent = JSON.parse(data);
    turn.text += word.textContent;
    answer.append(word);
    scroll(false);
  } else if (type === 'stream-reset') {
    turn.text = ''; // the retained events follow, from the first one
    answer.textContent = '';
  }
  turn.lastId = id;
  keep();
}

/** Reads an answer to its end, with as many streams as that needs. */
async function follow(turn) {
  let known = turn.lastId !== '' || turn.prompt === '';
  let missed = 0;
  let wait = FIRST_WAIT;
  while (!turn.end) {
    try {
      const before = Date.now();
      const response = await request(turn, known);
      if (response.status === 409 && !known) {
        known = true; // it has begun, but this tab has no event of it
        continue;
      }
      if (response.status === 204) {
        finish(turn, 'done');
      } else if (known && response.status === 404) {
        finish(turn, 'lost');
      } else if (!known && response.status >= 400 && response.status < 500) {
        finish(turn, 'refused');
        byId('problem').textContent = await response.text();
      } else if (response.ok) {
        open.add(turn);
        show(known
          ? 'Back: the answer goes on after the last token that this tab had.'
          : 'The tokens come as the answer to one POST.');
        const resumed = known;
        await readEvents(response.body, (type, data, id) => {
          const old = resumed && Number(id.split('-')[0]) < before;
          missed += type === 'token' && old ? 1 : 0;
          known = true;
          wait = FIRST_WAIT;
          if (type === 'done' && resumed) {
            finish(turn, type, `Resumed: ${missed} ${missed === 1 ? 'token was' : 'tokens were'} written while this tab was away.`);
          } else if (ENDS[type]) {
            finish(turn, type);
          } else {
            handle(turn, type, data, id, old);
          }
        });
      }
    } catch (failure) {
      console.info('the answer was cut off', failure);
    }
    open.delete(turn);
    if (!turn.end) {
      show('The server cannot be reached, or ended the stream: this tab tries again.');
      await new Promise(resolve => setTimeout(resolve, wait * (0.5 + Math.random() / 2)));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }
}

function request({id, prompt, lastId}, known) {
  const path = `/api/chat?id=${encodeURIComponent(id)}`;
  return known
    ? fetch(lastId ? `${path}&lastEventId=${encodeURIComponent(lastId)}` : path)
    : fetch(path, {method: 'POST', body: prompt});
}

/** Has the server stop the answer for every reader. The event of the end ends the turn in every tab. */
async function stop() {
  const turn = running();
  byId('stop').disabled = true;
  try {
    const response = await fetch(`/api/chat/stop?id=${encodeURIComponent(turn.id)}`, {method: 'POST'});
    byId('problem').textContent = response.ok ? '' : `Not stopped: ${await response.text()}`;
  } catch (failure) {
    byId('problem').textContent = `Not stopped: ${failure}`;
  }
  byId('stop').disabled = false;
}

byId('origin').textContent = location.origin;
byId('stop').addEventListener('click', stop);
byId('ask').addEventListener('submit', event => {
  event.preventDefault();
  const prompt = byId('question').value.trim();
  if (prompt && !running()) {
    byId('question').value = '';
    byId('problem').textContent = '';
    follow(begin(newId(), prompt));
    show('The prompt is on its way.');
  }
});

const linked = location.hash.slice(1);
if (linked && !turns.some(turn => turn.id === linked)) {
  begin(linked, ''); // an answer of another tab, from its first event
}
draw();
turns.filter(turn => !turn.end).forEach(follow);
show(REPORTS[running() ? '' : turns.at(-1)?.end]);
