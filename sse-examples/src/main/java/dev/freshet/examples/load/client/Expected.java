package dev.freshet.examples.load.client;

/**
 * The events that each stream of a fleet is to receive: each once, and in order.
 *
 * @param mark the format of their data
 * @param first the sequence of the first one; the client has received those before it
 * @param total the sequence after the last one
 * @param order the order in which all streams receive them
 */
public record Expected(Mark mark, int first, int total, Order order) {}
