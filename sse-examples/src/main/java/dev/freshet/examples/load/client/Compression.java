package dev.freshet.examples.load.client;

import dev.freshet.examples.load.report.Report;
import org.jspecify.annotations.Nullable;

/** What compression does to the streams of a fleet. Confined to the event loop of the fleet. */
final class Compression {

    private final byte[] scratch = new byte[1 << 14];
    private int gzip;
    private int identity;
    private long wire;
    private long decoded;
    private int undecodable;
    private @Nullable String reason;

    /** Returns space for decoded bytes, which no stream keeps. */
    byte[] scratch() {
        return scratch;
    }

    void opened(boolean compressed) {
        if (compressed) {
            gzip++;
        } else {
            identity++;
        }
    }

    void bytes(long onWire, long whenDecoded) {
        wire += onWire;
        decoded += whenDecoded;
    }

    void undecodable(String why) {
        undecodable++;
        reason = reason == null ? why : reason;
    }

    Report.Compression report() {
        return Report.Compression.of(gzip, identity, wire, decoded, undecodable, reason);
    }
}
