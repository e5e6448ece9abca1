package dev.freshet.examples.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace that is joined to the machine by a pair of interfaces, between which all packets can be dropped without notice.
 * Needs Linux, {@code ip} and {@code tc}, and the rights of root. Its names and addresses are of the process, which has one at a time.
 */
final class Namespace implements AutoCloseable {
    private static final Pattern DROPS = Pattern.compile("\"drops\":([0-9]+)");

    private final long pid = ProcessHandle.current().pid();
    private final String name = "freshet" + pid;
    private final String hereInterface = "f" + pid + "a";
    private final String thereInterface = "f" + pid + "b";
    private final String here = address(1);
    private final String there = address(2);

    /** @throws IOException if the machine cannot, with what it says */
    Namespace() throws IOException, InterruptedException {
        boolean isWhole = false;
        try {
            run("ip", "netns", "add", name);
            run("ip", "link", "add", hereInterface, "type", "veth", "peer", "name", thereInterface, "netns", name);
            run("ip", "addr", "add", here + "/30", "dev", hereInterface);
            run("ip", "link", "set", hereInterface, "up");
            run("ip", "-n", name, "addr", "add", there + "/30", "dev", thereInterface);
            run("ip", "-n", name, "link", "set", thereInterface, "up");
            run("ip", "-n", name, "link", "set", "lo", "up");
            isWhole = true;
        } catch (IOException e) {
            throw new IOException(e.getMessage() + " (expected: root, or " + Machine.NAMESPACE.without() + ")", e);
        } finally {
            if (!isWhole) {
                close();
            }
        }
    }

    /** Of a network of four addresses in 198.18.0.0/15, which RFC 2544 has for tests, and nobody routes. */
    private String address(int host) {
        int network = (int) (pid % (1 << 15)) << 2 | host;
        return "198." + (18 + (network >>> 16)) + '.' + (network >>> 8 & 0xFF) + '.' + (network & 0xFF);
    }

    /** Returns the address inside. */
    String address() {
        return there;
    }

    /** Has a process run inside. */
    ProcessBuilder inside(ProcessBuilder builder) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", name));
        command.addAll(builder.command());
        return builder.command(command);
    }

    /** Drops each packet from now on, in both directions. */
    void drop() throws IOException, InterruptedException {
        run("tc", "qdisc", "replace", "dev", hereInterface, "root", "blackhole");
        run("tc", "-n", name, "qdisc", "replace", "dev", thereInterface, "root", "blackhole");
    }

    /** Lets packets pass. Returns how many were dropped, of the direction in which fewer were. */
    long pass() throws IOException, InterruptedException {
        long toHere = drops(run("tc", "-n", name, "-s", "-j", "qdisc", "show", "dev", thereInterface));
        long toThere = drops(run("tc", "-s", "-j", "qdisc", "show", "dev", hereInterface));
        run("tc", "-n", name, "qdisc", "del", "dev", thereInterface, "root");
        run("tc", "qdisc", "del", "dev", hereInterface, "root");
        return Math.min(toHere, toThere);
    }

    private static long drops(String said) {
        Matcher drops = DROPS.matcher(said);
        return drops.find() ? Long.parseLong(drops.group(1)) : 0;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said.strip());
        }
        return said;
    }

    @Override
    public void close() {
        try {
            run("ip", "netns", "del", name); // and its interface, with the one that is paired with it
        } catch (IOException e) {
            // there is none
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
