package dev.freshet.netty;

import io.netty.util.Version;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of Netty on the class path: 4.1 or 4.2. Thread-safe. */
final class NettyVersion {
    /** The first version of each line that bounds the stream resets which a peer provokes over HTTP/2. */
    private static final String LEAST_41 = "4.1.124";

    private static final String LEAST_42 = "4.2.4";

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})(\\..*)?");

    /** Whether event loops take I/O handlers, and executors have a ticker: since 4.2. */
    static final boolean IS_42 = isThere("io.netty.channel.MultiThreadIoEventLoopGroup");

    private NettyVersion() {}

    private static boolean isThere(String type) {
        try {
            Class.forName(type, false, NettyVersion.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** Checks the versions of all modules of Netty; throws an IllegalStateException if one is too old. */
    static void check() {
        check(Version.identify(NettyVersion.class.getClassLoader()).values().stream()
                .filter(part -> part.artifactId().matches("netty-(all|buffer|codec.*|common|handler|transport)"))
                .map(Version::artifactVersion)
                .toList());
    }

    /**
     * Checks these versions; throws an IllegalStateException if one is too old.
     *
     * @param found the versions of the modules that were found; empty if a packager has dropped the files that name
     *     them
     */
    static void check(Collection<String> found) {
        for (String version : found) {
            Matcher numbers = NUMBERS.matcher(version);
            if (numbers.matches()) {
                check(numbers, numbers.group(1).equals("4") && numbers.group(2).equals("2") ? LEAST_42 : LEAST_41);
            }
        }
    }

    private static void check(Matcher found, String least) {
        String[] bound = least.split("\\.", -1);
        int difference = 0;
        for (int i = 0; i < bound.length && difference == 0; i++) {
            difference = Integer.parseInt(found.group(i + 1)) - Integer.parseInt(bound[i]);
        }
        if (difference < 0) {
            throw new IllegalStateException("Netty " + found.group(1) + "." + found.group(2) + "." + found.group(3)
                    + " found (expected: " + least + " or later)");
        }
    }
}
