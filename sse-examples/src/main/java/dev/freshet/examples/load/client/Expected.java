package dev.freshet.examples.load.client;

/**
 * What each stream of a fleet has to get: once, and in order.
 *
 * @param mark what the events look like
 * @param first the first event that is to come; those before it were seen already
 * @param total the event after the last one
 * @param order the order in which they come to all
 */
public record Expected(Mark mark, int first, int total, Order order) {}
