package dev.freshet.netty;

import io.netty.util.Version;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Netty that the host brings: 4.1 or 4.2. Thread-safe. */
final class NettyVersion {
    /** The first that bounds the resets which a peer provokes over HTTP/2. */
    private static final String LEAST = "4.1.124";

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})(\\..*)?");

    /** Whether event loops take handlers for input and output, and executors have a clock: since 4.2. */
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

    /** Throws an IllegalStateException where a part of Netty is too old. */
    static void check() {
        check(Version.identify(NettyVersion.class.getClassLoader()).values().stream()
                .filter(part -> part.artifactId().matches("netty-(all|buffer|codec.*|common|handler|transport)"))
                .map(Version::artifactVersion)
                .toList());
    }

    /** @param found of the parts that there are; none where a packager has dropped what tells it */
    static void check(Collection<String> found) {
        for (String version : found) {
            Matcher numbers = NUMBERS.matcher(version);
            if (numbers.matches() && isBefore(numbers, LEAST)) {
                throw new IllegalStateException(
                        "Netty " + withoutQualifier(numbers) + " found (expected: " + LEAST + " or later)");
            }
        }
    }

    private static String withoutQualifier(Matcher numbers) {
        return numbers.group(1) + "." + numbers.group(2) + "." + numbers.group(3);
    }

    private static boolean isBefore(Matcher numbers, String least) {
        String[] bound = least.split("\\.", -1);
        for (int i = 0; i < bound.length; i++) {
            int difference = Integer.parseInt(numbers.group(i + 1)) - Integer.parseInt(bound[i]);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }
}
