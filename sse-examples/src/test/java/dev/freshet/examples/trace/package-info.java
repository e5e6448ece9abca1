/** The recipe of the guide on trace context, and its test with a tracer. */
@NullMarked
package dev.freshet.examples.trace;

import org.jspecify.annotations.NullMarked;
