// A prompt goes out as a POST, and its answer comes back as the tokens of that one response. The turns are kept for this
// tab, so that after a reload they are all there, and an EventSource goes on after the last id of the one that is running.

import {readEvents} from './events.js';

const KEPT = 'freshet-turns';
const MOST_TURNS = 20;
const ENDS = ['done', 'cancelled', 'error'];
const byId = id => document.getElementById(id);

/** The turns, oldest first: {id, prompt, text, lastId, end}; what is without an end is being written. */
const turns = JSON.parse(sessionStorage.getItem(KEPT) ?? '[]');

const running = () => turns.find(turn => !turn.end);

function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify(turns));
}

function show(state, report) {
  const busy = state === 'writing' || state === 'resuming';
  byId('status').dataset.state = {writing: 'open', resuming: 'connecting', failed: 'closed'}[state] ?? 'idle';
  byId('state').textContent = state;
  byId('send').hidden = busy;
  byId('stop').hidden = !busy;
  byId('stop').disabled = !running();
  if (report) {
    byId('report').textContent = report;
  }
}

/** Adds a turn to the page, and to what is kept. */
function begin(id, prompt) {
  const turn = {id, prompt, text: '', lastId: '', end: null};
  turns.push(turn);
  turns.splice(0, turns.length - MOST_TURNS);
  location.hash = id;
  draw();
  return turn;
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
  scroll(true);
}

/** Shows the end of the talk, unless its reader has gone up in it. */
function scroll(always) {
  const talk = byId('turns').parentElement;
  if (always || talk.scrollHeight - talk.scrollTop - talk.clientHeight < 60) {
    talk.scrollTop = talk.scrollHeight;
  }
}

function mark(item, turn) {
  item.className = `turn ${turn.end ?? 'running'}`;
}

/** Takes one event of a turn, from either kind of stream. */
function take(turn, type, data, id, resumed) {
  const item = byId(`turn-${turn.id}`);
  if (type === 'started') {
    turn.prompt = JSON.parse(data).prompt;
    draw();
  } else if (type === 'token') {
    const word = document.createElement('span');
    word.className = resumed ? 'resumed' : '';
    word.textContent = JSON.parse(data);
    turn.text += word.textContent;
    item.lastElementChild.append(word);
    scroll(false);
  } else if (type === 'stream-reset') {
    turn.text = ''; // what is retained follows, from its beginning
    draw();
  } else if (ENDS.includes(type)) {
    turn.end = type;
    mark(item, turn);
    show({done: 'done', cancelled: 'stopped', error: 'failed'}[type]);
  }
  turn.lastId = id;
  keep();
}

async function ask(prompt) {
  let turn = null;
  byId('problem').textContent = '';
  show('writing', 'The tokens come as the answer to one POST.');
  try {
    const response = await fetch('/api/chat', {method: 'POST', body: prompt});
    if (!response.ok) {
      show('failed');
      byId('problem').textContent = await response.text();
      return;
    }
    await readEvents(response.body, (type, data, id) => {
      if (type === 'started') {
        turn = begin(JSON.parse(data).id, prompt);
        show('writing');
      }
      take(turn, type, data, id, false);
    });
  } catch (failure) {
    console.info('the answer was cut off', failure);
  }
  if (!turn) {
    show('failed', 'The answer was cut off before it began.'); // and without an id there is nothing to resume
  } else if (!turn.end) {
    resume(turn);
  }
}

/** Goes on after the last id; what was written meanwhile comes first, and at once. */
function resume(turn) {
  const behind = Date.now();
  let missed = 0;
  show('resuming');
  const last = turn.lastId ? `&lastEventId=${encodeURIComponent(turn.lastId)}` : '';
  const source = new EventSource(`/api/chat?id=${encodeURIComponent(turn.id)}${last}`);
  source.onopen = () => show('writing', 'Back: the answer goes on after the last token that this tab had.');
  for (const type of ['started', 'token', 'stream-reset', ...ENDS]) {
    source.addEventListener(type, event => {
      if (event.data === undefined) {
        return; // an error of the connection has the name of one that is told, and no data
      }
      const old = Number(event.lastEventId.split('-')[0]) < behind;
      missed += type === 'token' && old ? 1 : 0;
      take(turn, type, event.data, event.lastEventId, old);
      if (turn.end) {
        source.close();
        byId('report').textContent = `Resumed: ${missed} ${missed === 1 ? 'token was' : 'tokens were'} written while this tab was away.`;
      }
    });
  }
  source.onerror = event => {
    if (event.data !== undefined || turn.end) {
      return;
    }
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => { // a page that is left hears the same, and has no later
        turn.end = 'error';
        keep();
        mark(byId(`turn-${turn.id}`), turn);
        show('failed', 'This answer is no longer there.');
      }, 1000);
    } else {
      show('resuming');
    }
  };
}

/** The server stops writing, whoever listens; the event that says so ends the turn in every tab. */
async function stop() {
  const turn = running();
  byId('stop').disabled = true;
  try {
    const response = await fetch(`/api/chat/stop?id=${encodeURIComponent(turn.id)}`, {method: 'POST'});
    byId('problem').textContent = response.ok ? '' : `Not stopped: ${await response.text()}`;
  } catch (failure) {
    byId('problem').textContent = `Not stopped: ${failure}`;
  }
  byId('stop').disabled = !running();
}

byId('origin').textContent = location.origin;
byId('stop').addEventListener('click', stop);
byId('ask').addEventListener('submit', event => {
  event.preventDefault();
  const prompt = byId('question').value.trim();
  if (prompt && byId('stop').hidden) {
    byId('question').value = '';
    ask(prompt);
  }
});

const linked = location.hash.slice(1);
if (linked && !turns.some(turn => turn.id === linked)) {
  begin(linked, ''); // of another tab: all of it, from the start
}
draw();
if (running()) {
  resume(running());
} else if (turns.length > 0) {
  show({done: 'done', cancelled: 'stopped', error: 'failed'}[turns.at(-1).end], 'This tab has all that was written.');
}
