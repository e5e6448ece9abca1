import {Account} from './stream.js';
import {animate, LineChart, Tape} from './charts.js';
import {follow} from './shared.js';

const find = id => document.getElementById(id);
const say = (id, text) => { find(id).textContent = text; };
const clock = time => new Date(time).toLocaleTimeString();

function bytes(count) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = count < 1 ? 0 : Math.min(4, Math.floor(Math.log2(count) / 10));
  const value = count / 1024 ** power;
  return `${value.toFixed(value < 10 && power > 0 ? 1 : 0)} ${units[power]}`;
}

function duration(seconds) {
  const parts = [[86_400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const first = Math.max(0, parts.findIndex(([size]) => seconds >= size));
  return parts.slice(first, first + 2)
    .map(([size, unit], index) => `${Math.floor((index === 0 ? seconds : seconds % parts[first][0]) / size)} ${unit}`)
    .join(' ');
}

/** Adds an entry at the top of a list and drops the oldest ones. */
function prepend(list, kind, label, time, text) {
  const item = document.createElement('li');
  const above = document.createElement('small');
  const name = document.createElement('b');
  const when = document.createElement('time');
  item.className = `new ${kind}`;
  name.textContent = label;
  when.dateTime = time;
  when.textContent = clock(time);
  above.append(name, when);
  item.append(above, text);
  list.querySelector('.empty')?.remove();
  list.prepend(item);
  while (list.children.length > 5) {
    list.lastElementChild.remove();
  }
}

const heap = new LineChart(find('heap'), {line: '--lane-1', format: bytes, base: 1024, least: 16 * 2 ** 20});
const cpu = new LineChart(find('cpu'), {line: '--lane-2', format: value => `${Math.round(value * 100)} %`, base: 10, least: 0.5, most: 1});

function status(data) {
  say('users-online', data.users_online.toLocaleString());
  find('status').dataset.word = data.server_status;
  say('clock', `server time ${clock(data.timestamp)}`);
}

function metrics(data) {
  const time = Date.parse(data.timestamp);
  heap.add(time, data.heap_used);
  heap.threshold = data.heap_max * data.heap_alert_at;
  cpu.threshold = data.cpu_alert_at;
  cpu.add(time, data.cpu_load);
  say('heap-value', bytes(data.heap_used));
  say('heap-max', `of ${bytes(data.heap_max)}`);
  say('cpu-value', `${(data.cpu_load * 100).toFixed(data.cpu_load < 0.1 ? 1 : 0)} %`);
  say('processors', `of ${data.processors} processor${data.processors === 1 ? '' : 's'}`);
  say('gc', `${data.gc_count.toLocaleString()} garbage collections, ${data.gc_millis.toLocaleString()} ms`);
  say('threads', `${data.threads} threads`);
  say('published', data.published.toLocaleString());
  say('delivered', bytes(data.delivered_bytes));
  say('uptime', duration(data.uptime_seconds));
}

const stream = new Account({
  message: {lane: 'events', take: status},
  article: {lane: 'news-feed', take: data => prepend(find('news'), 'article', data.category, data.timestamp, data.headline)},
  notification: {
    lane: 'notifications',
    take: data => prepend(find('notifications'), 'note', `No. ${data.number}`, data.timestamp, data.message)
  },
  metrics: {lane: 'dashboard', take: metrics},
  alert: {lane: 'dashboard', take: data => prepend(find('alerts'), data.state, data.state, data.timestamp, data.message)}
});

const rows = [...document.querySelectorAll('[data-lane]')];
const lanes = rows.map(row => stream.lanes[row.dataset.lane]);
let client = '';
let burning = false;
/** Whether the form shows that the server cannot be reached. */
let unreached = false;

/** Shows the state of the stream. Called at every event. */
function show() {
  rows.forEach((row, index) => { row.querySelector('output').textContent = lanes[index].received.toLocaleString(); });
  const pill = find('status');
  pill.dataset.state = !stream.open ? 'connecting' : pill.dataset.word === 'under load' ? 'loaded' : 'open';
  say('server-status', stream.open ? pill.dataset.word ?? 'open' : 'connecting');
  find('cut').disabled = !stream.open;
  find('load').disabled = burning || !stream.open;
  if (stream.open && unreached) {
    unreached = false;
    say('notify-problem', '');
  }
  if (stream.cut) {
    report(stream.cut);
  }
}

/** Shows the effect of the last lost connection so far. */
function report({from, to, resumed, lost, reset}) {
  const box = find('report');
  if (!to) {
    box.className = 'report';
    say('report', 'Cut off: the browser comes back by itself …');
    return;
  }
  const away = `Back after ${((to - from) / 1000).toFixed(1)} s. `;
  box.className = `report ${lost === 0 && !reset ? 'whole' : 'broken'}`;
  say('report', reset
    ? `${away}The stream was reset (${reset}): the server no longer has the place where this page was, after a restart or `
      + 'too long a time. It sent its state as it is now; what was published meanwhile is missing.'
    : `${away}${resumed} event${resumed === 1 ? '' : 's'} published meanwhile ${resumed === 1 ? 'was' : 'were'} resumed, `
      + `${lost} lost. No stream-reset.`);
}

const AWAY = 'the server cannot be reached';

async function post(path, body) {
  const response = await fetch(path, {method: 'POST', body, headers: {'content-type': 'text/plain;charset=utf-8'}})
    .catch(() => { throw new Error(AWAY); });
  if (!response.ok) {
    throw new Error(await problem(response));
  }
  return response.json();
}

/** Returns the reason in an error response: JSON of the dashboard; a proxy sends text, or a page of its own. */
async function problem(response) {
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('application/json')) {
    return (await response.json()).error;
  }
  return type.startsWith('text/plain') ? response.text() : `status ${response.status}`;
}

find('cut').addEventListener('click', () => {
  find('cut').disabled = true;
  post(`/api/cut?client=${client}`, '').catch(problem => {
    say('report', `Not cut: ${problem.message}`);
    find('cut').disabled = false;
  });
});

find('load').addEventListener('click', async () => {
  burning = true;
  show();
  const {seconds} = await post('/api/load', '').catch(() => ({seconds: 0}));
  setTimeout(() => {
    burning = false;
    show();
  }, seconds * 1000);
});

find('notify').addEventListener('submit', async event => {
  event.preventDefault();
  const input = find('message');
  try {
    await post('/api/notify', input.value.trim() || 'Hello from another tab');
    input.value = '';
    say('notify-problem', '');
  } catch (problem) {
    unreached = problem.message === AWAY;
    say('notify-problem', `Not sent: ${problem.message}`);
  }
});

say('origin', location.origin);
animate([heap, cpu, new Tape(find('tape'), stream, lanes)]);
follow((entry, name) => {
  client = name;
  if (entry.type === 'stream-reset') {
    heap.breakOff();
    cpu.breakOff();
  }
  stream.take(entry);
  show();
});
