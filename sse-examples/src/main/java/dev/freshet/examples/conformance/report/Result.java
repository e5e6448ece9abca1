package dev.freshet.examples.conformance.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The result of one check.
 *
 * @param check its name
 * @param paragraph the one that it is about
 * @param asks what it asks for
 * @param seen what was seen, or why it was not run
 * @param expected null where it was seen
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Result(
        String check,
        Level level,
        String paragraph,
        String asks,
        Outcome outcome,
        String seen,
        @Nullable String expected) {}
