package dev.freshet.examples.trace;

import org.jspecify.annotations.Nullable;

/** The data of an event. Without a tracer, {@code traceparent} is null. */
record TracedPrice(String symbol, double price, @Nullable String traceparent) {}
