package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;

import java.util.ArrayList;
import java.util.List;

/** The keys and the arguments of {@link Script#APPEND}. */
final class AppendArguments {
    private static final byte[] YES = bytes("1");
    private static final byte[] NO = bytes("0");

    private AppendArguments() {}

    /** Returns the keys. The last is that of the record, if Redis is to keep one. */
    static String[] keys(StoreOptions options, String session) {
        return options.isIdempotent()
                ? new String[] {options.key(), options.headKey(), options.recordKey(session)}
                : new String[] {options.key(), options.headKey()};
    }

    /**
     * Returns the arguments.
     *
     * @param deadline the time after which Redis does not append the batch, in milliseconds by its clock
     * @param token the token of this send of the batch
     */
    static byte[][] of(
            StoreOptions options, KnownPositions known, Batch batch, boolean isOldest, long deadline, String token) {
        List<byte[]> arguments = new ArrayList<>();
        known.addTo(arguments);
        arguments.add(bytes(Long.toString(options.maxEvents())));
        arguments.add(bytes(Long.toString(options.maxAge().toMillis())));
        arguments.add(bytes(Long.toString(deadline)));
        arguments.add(bytes(Long.toString(options.recordAge().toMillis())));
        arguments.add(bytes(Long.toString(batch.number())));
        arguments.add(bytes(Integer.toString(Appender.WINDOW)));
        arguments.add(isOldest ? YES : NO);
        arguments.add(bytes(token));
        if (!batch.isGivenUp()) {
            batch.appends().forEach(pending -> StreamEntry.addTo(arguments, pending.entry()));
        }
        return arguments.toArray(byte[][]::new);
    }
}
