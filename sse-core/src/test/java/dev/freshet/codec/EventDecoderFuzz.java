package dev.freshet.codec;

import dev.freshet.fixtures.ReferenceParser;
import dev.freshet.fixtures.ReferenceParser.Result;
import dev.freshet.harness.FuzzInput;

/** A fuzz target: any stream in any chunks is decoded as the reference parser reads it. */
public final class EventDecoderFuzz {
    private EventDecoderFuzz() {}

    /** Runs one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzInput in = new FuzzInput(input);
        int[] cuts = in.cuts();
        byte[] stream = in.rest();
        Result expected = ReferenceParser.parse(stream);
        Result actual = Recorder.decode(stream, FuzzInput.within(stream.length, cuts));
        if (!actual.equals(expected)) {
            throw new AssertionError(actual + " (expected: " + expected + ")");
        }
    }
}
