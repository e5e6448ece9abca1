// One EventSource for all tabs of this page. A browser opens six HTTP/1.1 connections to an origin for all its tabs together, and an
// EventSource holds one of them while it is open. So one leader has the EventSource, keeps the latest entries, and broadcasts them.
// The leader is a SharedWorker. If none starts, it is the tab that holds a lock, and after it the next one. If a leader falls silent
// because it is frozen, has ended or has never begun, a tab takes its place.
//
// The name of a leader begins with the time of its start. All tabs follow the latest leader, and a leader stops when it hears of a later
// one.

const NAME = 'freshet';
/** The message that asks the leader for the entries it keeps. */
const HELLO = 'hello';
/** The message that asks all tabs for the entries they keep. */
const ASK = 'ask';
const ANSWERS_WITHIN = 200;
const ALIVE_EVERY = 3000;
/**
 * The seconds that a tab waits for a sign of the leader, and the range of the random part, so that not all tabs take
 * its place at once.
 */
const SILENCE = 8;
const PATIENCE = 3;
/** The number of entries of each type that are kept for a tab that opens later. */
const KEPT = 120;
const TIME_DIGITS = 12;

/** Adds an entry, and drops the oldest one of its type if there are too many. */
function keep(log, entry) {
  log.push(entry);
  if (log.reduce((count, {type}) => count + (type === entry.type ? 1 : 0), 0) > KEPT) {
    log.splice(log.findIndex(({type}) => type === entry.type), 1);
  }
}

/** Creates the name of a leader that begins now, later than that of another one. */
function nameAfter(other) {
  const time = Math.max(Date.now(), (parseInt(other.slice(0, TIME_DIGITS), 16) || 0) + 1);
  const random = [...crypto.getRandomValues(new Uint8Array(8))].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return time.toString(16).padStart(TIME_DIGITS, '0') + random;
}

/** Returns the entries that the tabs have of the latest leader: {client, log}. */
function ask(channel) {
  return new Promise(resolve => {
    let latest = {client: '', log: []};
    channel.onmessage = ({data}) => {
      const {client, log} = data;
      if (log?.length > 0 && (client > latest.client || client === latest.client && log.at(-1).number > latest.log.at(-1).number)) {
        latest = data;
      }
    };
    channel.postMessage(ASK);
    setTimeout(() => resolve(latest), ANSWERS_WITHIN);
  });
}

/**
 * Opens the stream and broadcasts it. Resolves when there is another leader.
 *
 * An entry is {number, time, type, data, id}: an event, or a lost connection; the numbers increase by one.
 *
 * @param {{client: string, log: Array<Object>}} known the previous leader and its entries, after which the stream
 *     resumes
 */
export async function lead(known = {client: '', log: []}) {
  const channel = new BroadcastChannel(NAME);
  const before = known.log.length > 0 ? known : await ask(channel);
  const client = nameAfter(before.client);
  const log = [...before.log];
  let number = log.at(-1)?.number ?? 0;
  let lastId = log.at(-1)?.id ?? '';
  let open = false;
  let leads = true;
  let source;

  const tell = what => channel.postMessage({client, ...what});
  const add = (type, data) => {
    const entry = {number: ++number, time: Date.now(), type, data, id: lastId};
    keep(log, entry);
    tell({entry});
  };
  const connect = () => {
    if (!leads) {
      return;
    }
    source = new EventSource(`/api/feeds?client=${client}${lastId && `&lastEventId=${encodeURIComponent(lastId)}`}`);
    for (const type of ['stream-open', 'stream-reset', 'message', 'article', 'notification', 'metrics', 'alert']) {
      source.addEventListener(type, event => {
        open = true;
        lastId = event.lastEventId || lastId;
        add(type, event.data);
      });
    }
    source.addEventListener('error', () => {
      if (open) {
        open = false;
        add('cut', '');
      }
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(connect, 3000); // rejected: the browser does not reconnect, so the leader does
      }
    });
  };
  tell({log});
  if (number > 0) {
    add('cut', '');
  }
  connect();
  const alive = setInterval(() => tell({}), ALIVE_EVERY);
  return new Promise(resolve => {
    channel.onmessage = ({data}) => {
      if (data === HELLO) {
        tell({log});
      } else if (data.client > client) {
        leads = false;
        clearInterval(alive);
        source.close();
        channel.close();
        resolve();
      }
    };
  });
}

/**
 * Follows the stream of whichever leader there is.
 *
 * @param {function(Object, string)} take called with each entry once, in order, and the name of the stream on the
 *     server
 */
export function follow(take) {
  const channel = new BroadcastChannel(NAME);
  const key = entry => `${entry.number} ${entry.time}`;
  const patience = SILENCE + Math.random() * PATIENCE;
  let client = '';
  let log = [];
  let silent = 0; // in ticks of a timer, which pauses while this tab is frozen

  const add = entry => {
    keep(log, entry);
    take(entry, client);
  };
  /** Continues after the last entry that this tab and the leader both have. */
  const takeAll = (leader, all) => {
    const mine = new Set(log.map(key));
    const last = all.findLastIndex(entry => mine.has(key(entry)));
    const lost = last < 0 ? log.at(-1) : null;
    if (leader !== client || lost) {
      client = leader;
      log = all.slice(0, last + 1);
    }
    if (lost) {
      take({...lost, type: 'cut', data: ''}, client); // the leader has none of the entries of this tab
    }
    all.slice(last + 1).forEach(add);
  };

  channel.onmessage = ({data}) => {
    if (data === HELLO) {
      return;
    }
    if (data === ASK) {
      if (log.length > 0) {
        channel.postMessage({client, log});
      }
      return;
    }
    if (data.client < client) {
      return; // it was frozen, and does not know yet of the later leader
    }
    silent = 0;
    if (data.log) {
      takeAll(data.client, data.log);
    } else if (data.client !== client || data.entry?.number > (log.at(-1)?.number ?? 0) + 1) {
      channel.postMessage(HELLO); // this tab has missed entries
    } else if (data.entry?.number === (log.at(-1)?.number ?? 0) + 1) {
      add(data.entry);
    }
  };
  setInterval(() => {
    silent++;
    if (silent > patience) {
      silent = 0;
      lead({client, log});
    }
  }, 1000);
  // A page from the back/forward cache has missed entries.
  addEventListener('pageshow', event => event.persisted && location.reload());

  const leadInTurn = () => {
    if (navigator.locks) {
      navigator.locks.request(NAME, () => lead({client, log})).then(leadInTurn);
    } else {
      silent = SILENCE; // over plain HTTP, there are locks on localhost only
    }
  };
  channel.postMessage(HELLO);
  try {
    new SharedWorker('worker.js', {type: 'module', name: NAME}).onerror = leadInTurn;
  } catch (failure) {
    console.info('no shared worker', failure);
    leadInTurn();
  }
}
