// Small charts of the last minute, which move to the left.

import {serverTime} from './stream.js';

const SPAN = 60_000;
/** The time between the newest point and the right edge, so that the line does not visibly jump. */
const BEHIND = 1_200;
/** The time between two points from which on there is a gap between them. There is a point for each second. */
const GAP = 3_500;

const style = getComputedStyle(document.documentElement);
const colour = name => style.getPropertyValue(name).trim();

/** Prepares a canvas in the resolution of its screen. Returns its cleared context, and its size in CSS pixels. */
function prepare(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext('2d');
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = '11px system-ui, sans-serif';
  return {pen, width, height};
}

/** Returns a round number at or above a value, in units of a power of the base, for labels. */
function ceiling(value, base) {
  const power = base ** Math.max(0, Math.floor(Math.log(value) / Math.log(base)));
  const unit = power * 10 ** Math.floor(Math.log10(value / power));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map(step => step * unit).find(top => top >= value * 0.9999);
}

/** A line chart over the server's time, with the area below the line, gaps, an adaptive scale and a threshold. */
export class LineChart {
  /**
   * @param {HTMLCanvasElement} canvas where to draw
   * @param {{line: string, format: function(number): string, base: number, least: number, most?: number}} look its
   *     color, its labels, the base of its units, and the least and the highest end of its scale
   */
  constructor(canvas, look) {
    this.canvas = canvas;
    this.look = look;
    this.points = []; // {time, value, first}: "first" if a run begins with it
    this.broken = false;
    this.label = canvas.getAttribute('aria-label');
    this.threshold = Infinity;
  }

  add(time, value) {
    if (time <= this.points.at(-1)?.time) {
      return; // it was in an earlier snapshot
    }
    this.points.push({time, value, first: this.broken});
    this.broken = false;
    while (this.points.length > 2 && this.points[1].time < time - SPAN - 5_000) {
      this.points.shift();
    }
  }

  /** Begins a new run with the next point, however soon it follows. */
  breakOff() {
    this.broken = true;
  }

  draw(now) {
    const {pen, width, height} = prepare(this.canvas);
    const left = 60;
    const foot = height - 18;
    const wanted = ceiling(Math.max(this.look.least, ...this.points.map(point => point.value * 1.15)), this.look.base);
    const top = Math.min(wanted, this.look.most ?? wanted);
    const edge = serverTime(now) - BEHIND;
    const x = time => width - 8 - (edge - time) / SPAN * (width - left - 8);
    const y = value => foot - value / top * (foot - 8);

    this.grid(pen, top, left, width, foot, y);
    pen.save();
    pen.beginPath();
    pen.rect(left, 0, width - left, height);
    pen.clip();
    if (this.threshold <= top) {
      this.rule(pen, left, width, y(this.threshold));
    }
    const runs = this.runs();
    pen.fillStyle = colour('--away');
    runs.slice(1).forEach((run, index) => {
      const from = x(runs[index].at(-1).time);
      pen.fillRect(from, 0, x(run[0].time) - from, foot);
    });
    const away = edge - this.points.at(-1)?.time > GAP;
    if (away) {
      pen.fillRect(x(this.points.at(-1).time), 0, width, foot);
    }
    runs.forEach(run => this.line(pen, run, x, y, foot));
    pen.restore();
    this.describe(runs.length - 1 + away);
  }

  grid(pen, top, left, width, foot, y) {
    pen.fillStyle = colour('--soft');
    pen.strokeStyle = colour('--line');
    pen.lineWidth = 1;
    pen.textBaseline = 'middle';
    pen.textAlign = 'right';
    for (const part of [0, 0.5, 1]) {
      const at = Math.round(y(top * part)) + 0.5;
      pen.beginPath();
      pen.moveTo(left, at);
      pen.lineTo(width, at);
      pen.stroke();
      pen.fillText(this.look.format(top * part), left - 8, Math.max(6, at));
    }
    pen.textBaseline = 'bottom';
    pen.fillText('now', width, foot + 18);
    pen.textAlign = 'left';
    pen.fillText('1 min ago', left, foot + 18);
  }

  /** Returns the runs of points between gaps. */
  runs() {
    const runs = [];
    let last = -Infinity;
    for (const point of this.points) {
      if (point.first || point.time - last > GAP) {
        runs.push([]);
      }
      runs.at(-1).push(point);
      last = point.time;
    }
    return runs;
  }

  describe(gaps) {
    const label = gaps > 0 ? `${this.label}, with ${gaps} gap${gaps === 1 ? '' : 's'}` : this.label;
    if (label !== this.canvas.getAttribute('aria-label')) {
      this.canvas.setAttribute('aria-label', label);
    }
  }

  rule(pen, left, width, at) {
    pen.strokeStyle = colour('--bad');
    pen.setLineDash([4, 4]);
    pen.beginPath();
    pen.moveTo(left, at);
    pen.lineTo(width, at);
    pen.stroke();
    pen.setLineDash([]);
    pen.fillStyle = colour('--bad');
    pen.textAlign = 'left';
    pen.textBaseline = 'bottom';
    pen.fillText('alert', left + 4, at - 2);
  }

  line(pen, points, x, y, foot) {
    const stroke = colour(this.look.line);
    const [first, ...rest] = points;
    const last = points.at(-1);
    pen.beginPath();
    pen.moveTo(x(first.time), y(first.value));
    rest.forEach(point => pen.lineTo(x(point.time), y(point.value)));
    pen.strokeStyle = stroke;
    pen.lineWidth = 2;
    pen.lineJoin = 'round';
    pen.stroke();
    pen.lineTo(x(last.time), foot);
    pen.lineTo(x(first.time), foot);
    pen.closePath();
    const area = pen.createLinearGradient(0, 0, 0, foot);
    area.addColorStop(0, stroke + '40');
    area.addColorStop(1, stroke + '05');
    pen.fillStyle = area;
    pen.fill();
  }
}

/** A timeline with a lane for each feed, a mark for each event, and a shade for the time without a connection. */
export class Tape {
  constructor(canvas, stream, lanes) {
    this.canvas = canvas;
    this.stream = stream;
    this.lanes = lanes;
  }

  draw(now) {
    const {pen, width, height} = prepare(this.canvas);
    const lane = height / this.lanes.length;
    const x = time => width - 4 - (now - time) / SPAN * (width - 4);
    pen.fillStyle = colour('--away');
    for (const gap of this.stream.gaps) {
      pen.fillRect(x(gap.from), 0, x(gap.to ?? now) - x(gap.from), height);
    }
    this.lanes.forEach(({marks}, index) => {
      const middle = lane * (index + 0.5);
      pen.fillStyle = colour('--line');
      pen.fillRect(0, Math.round(middle), width, 1);
      for (const {time, kind} of marks) {
        pen.fillStyle = colour(kind === 'live' ? `--lane-${index + 1}` : '--resumed');
        pen.beginPath();
        pen.roundRect(x(time) - 1.75, middle - 8, 3.5, 16, 1.75);
        pen.fill();
      }
    });
  }
}

/** Draws all charts on every animation frame, or once a second if the user prefers reduced motion. */
export function animate(charts) {
  const draw = () => charts.forEach(chart => chart.draw(Date.now()));
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    setInterval(draw, 1000);
    return;
  }
  const frame = () => {
    draw();
    requestAnimationFrame(frame);
  };
  frame();
}
