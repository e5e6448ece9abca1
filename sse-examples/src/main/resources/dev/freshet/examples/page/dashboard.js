import {Feed} from './stream.js';
import {animate, LineChart, Tape} from './charts.js';

const client = [...crypto.getRandomValues(new Uint8Array(12))].map(byte => byte.toString(16).padStart(2, '0')).join('');
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

/** Puts an entry on top of a list and keeps the list short. */
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
  say('server-status', data.server_status);
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

const takers = {
  'events': [true, {message: status}],
  'news-feed': [true, {article: data => prepend(find('news'), 'article', data.category, data.timestamp, data.headline)}],
  'notifications': [false, {
    notification: data => prepend(find('notifications'), 'note', `No. ${data.number}`, data.timestamp, data.message)
  }],
  'dashboard': [true, {
    metrics,
    alert: data => prepend(find('alerts'), data.state, data.state, data.timestamp, data.message)
  }]
};

const rows = [...document.querySelectorAll('[data-feed]')];
const feeds = rows.map(row => new Feed(row.dataset.feed, client, ...takers[row.dataset.feed], show));
let cut = null;

/** Shows the state of the streams; called at every event, and cheap. */
function show() {
  feeds.forEach((feed, index) => {
    rows[index].dataset.state = feed.state;
    rows[index].title = `${feed.name}: ${feed.state}`;
    rows[index].querySelector('output').textContent = feed.received.toLocaleString();
  });
  const open = feeds.filter(feed => feed.state === 'open').length;
  const pill = find('status');
  pill.dataset.state = open < feeds.length ? 'connecting' : pill.dataset.word === 'under load' ? 'loaded' : 'open';
  if (open < feeds.length) {
    say('server-status', open === 0 ? 'connecting' : `${open} of ${feeds.length} streams open`);
  } else {
    say('server-status', pill.dataset.word ?? 'open');
  }
  if (cut) {
    report();
  }
}

/** Says what the cut has done so far. */
function report() {
  const back = feeds.filter(feed => feed.returns > 0);
  const sum = measure => feeds.reduce((total, feed) => total + measure(feed), 0);
  const box = find('report');
  if (back.length < feeds.length) {
    box.className = 'report';
    say('report', `Cut off: ${back.length} of ${feeds.length} streams are back …`);
    return;
  }
  const away = Math.max(...feeds.map(feed => feed.gaps.at(-1).to - feed.gaps.at(-1).from));
  const resets = feeds.filter(feed => feed.reset);
  const lost = sum(feed => feed.lost);
  const resumed = sum(feed => feed.resumed);
  box.className = `report ${lost === 0 && resets.length === 0 ? 'whole' : 'broken'}`;
  say('report', `All ${feeds.length} streams are back after ${(away / 1000).toFixed(1)} s. `
    + `${resumed} event${resumed === 1 ? '' : 's'} published meanwhile ${resumed === 1 ? 'was' : 'were'} resumed, ${lost} lost. `
    + (resets.length === 0 ? 'No stream-reset.' : `stream-reset on ${resets.map(feed => `${feed.name} (${feed.reset.reason})`).join(', ')}.`));
  find('cut').disabled = false;
}

async function post(path, body) {
  const response = await fetch(path, {method: 'POST', body, headers: {'content-type': 'text/plain;charset=utf-8'}});
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.error);
  }
  return answer;
}

find('cut').addEventListener('click', async () => {
  feeds.forEach(feed => feed.forget());
  cut = Date.now();
  find('cut').disabled = true;
  try {
    await post(`/api/cut?client=${client}`, '');
  } catch (problem) {
    say('report', `Not cut: ${problem.message}`);
    find('cut').disabled = false;
  }
});

find('load').addEventListener('click', async () => {
  find('load').disabled = true;
  const {seconds} = await post('/api/load', '').catch(() => ({seconds: 0}));
  setTimeout(() => { find('load').disabled = false; }, seconds * 1000);
});

find('notify').addEventListener('submit', async event => {
  event.preventDefault();
  const input = find('message');
  try {
    await post('/api/notify', input.value.trim() || 'Hello from another tab');
    input.value = '';
    say('notify-problem', '');
  } catch (problem) {
    say('notify-problem', `Not sent: ${problem.message}`);
  }
});

say('origin', location.origin);
show();
animate([heap, cpu, new Tape(find('tape'), feeds)]);
