// One feed: an EventSource, and the account of what a reconnect did to it.

/** The least delay seen between publishing and arriving: what the server's clock and this one differ by, and the way here. */
let delay = Infinity;

/** A moment on this page's clock, as the server's clock has it. */
export const serverTime = time => time - (delay === Infinity ? 0 : delay);

export class Feed {
  /**
   * @param {string} name the last part of the path
   * @param {string} client what this page is known by on the server
   * @param {boolean} snapshot whether the first events are the state so far, all with the id of the start
   * @param {Object<string, function(Object)>} types event types, and who takes their data
   * @param {function()} changed called when anything here has changed
   */
  constructor(name, client, snapshot, types, changed) {
    this.name = name;
    this.url = `/api/${name}?client=${client}`;
    this.types = types;
    this.changed = changed;
    this.hasSnapshot = snapshot;
    this.state = 'connecting';
    this.received = 0;
    this.marks = [];   // {time, kind: 'live' | 'resumed'}
    this.gaps = [];    // {from, to}; to is missing while it lasts
    this.counts = {};  // by type, the number of the last event: they count up by one
    this.lastId = '';
    this.startId = null;
    this.forget();
    this.connect(this.url);
  }

  /** Starts the account of the next reconnect. */
  forget() {
    this.resumed = 0;
    this.lost = 0;
    this.reset = null;
    this.returns = 0;
  }

  connect(url) {
    this.source = new EventSource(url);
    this.source.addEventListener('open', () => this.opened());
    this.source.addEventListener('error', () => this.failed());
    this.source.addEventListener('stream-open', event => { this.lastId = event.lastEventId; });
    this.source.addEventListener('stream-reset', event => this.wasReset(event));
    for (const [type, take] of Object.entries(this.types)) {
      this.source.addEventListener(type, event => this.take(type, event, take));
    }
  }

  opened() {
    const gap = this.gaps.at(-1);
    this.openedAt = Date.now();
    this.state = 'open';
    if (gap && !gap.to) {
      gap.to = this.openedAt;
      this.returns++;
    }
    this.changed();
  }

  failed() {
    if (this.state === 'open') {
      this.gaps.push({from: Date.now()});
    }
    this.state = 'connecting';
    if (this.source.readyState === EventSource.CLOSED) {
      // Refused: the browser has given up, so this page comes back in its place.
      this.state = 'closed';
      setTimeout(() => this.connect(`${this.url}&lastEventId=${encodeURIComponent(this.lastId)}`), 3000);
    }
    this.changed();
  }

  wasReset(event) {
    this.reset = JSON.parse(event.data);
    this.lastId = event.lastEventId;
    this.counts = {};
    this.startId = null;
    this.changed();
  }

  take(type, event, take) {
    const data = JSON.parse(event.data);
    const ofSnapshot = this.isOfSnapshot(event.lastEventId);
    this.lastId = event.lastEventId;
    this.received++;
    if (!ofSnapshot) {
      this.mark(event.lastEventId);
    }
    const last = this.counts[type];
    if (data.number > last + 1) {
      this.lost += data.number - last - 1;
    }
    if (!(data.number <= last)) { // what a snapshot has brought already comes again as the change that it was
      this.counts[type] = data.number;
      take(data);
    }
    this.changed();
  }

  isOfSnapshot(id) {
    if (this.hasSnapshot && this.startId === null) {
      this.startId = id;
    }
    return id === this.startId;
  }

  /** Notes when an event was published, on this page's clock, and whether that was while this page was away. */
  mark(id) {
    const published = Number(id.split('-')[0]);
    delay = Math.min(delay, Date.now() - published);
    const time = published + delay;
    const gap = this.gaps.at(-1);
    const resumed = gap !== undefined && time > gap.from - 1000 && time < this.openedAt - 20;
    this.resumed += resumed ? 1 : 0;
    this.marks.push({time, kind: resumed ? 'resumed' : 'live'});
    const old = Date.now() - 90_000;
    while (this.marks.length > 0 && this.marks[0].time < old) {
      this.marks.shift();
    }
    while (this.gaps.length > 0 && this.gaps[0].to < old) {
      this.gaps.shift();
    }
  }
}
