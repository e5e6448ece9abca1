package dev.freshet.examples.faults;

/**
 * What came of the stream of one client.
 *
 * @param received the events received, those received again not counted
 * @param lost the acknowledged events that never came and that no reset told of
 * @param doubled the events that came again without a reset
 * @param disordered the events that came after a later one of their topic, or whose id is not above the one before
 * @param altered the events that are none that was published
 * @param resets the {@code stream-reset} events
 * @param atEnd whether the last event of each topic came
 */
record ClientResult(int received, int lost, int doubled, int disordered, int altered, int resets, boolean atEnd) {}
