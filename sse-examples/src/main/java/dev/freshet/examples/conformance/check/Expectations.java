package dev.freshet.examples.conformance.check;

import dev.freshet.examples.conformance.wire.Address;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the user knows of the server.
 *
 * @param heartbeat the longest silence
 * @param gone answers 204; or null
 * @param count answers with how many streams are open; or null
 * @param countPattern whose first group is that number
 * @param origin of a page that is to read the stream
 */
public record Expectations(
        Duration heartbeat,
        @Nullable Address gone,
        @Nullable Address count,
        Pattern countPattern,
        String origin) {

    /** A regular expression of an origin as Origin has it. */
    public static final String ORIGIN = "[a-z][a-z0-9+.-]*://[^\\s/,]+";
}
