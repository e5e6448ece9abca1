package dev.freshet.examples.load.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The processes of the server, as Linux describes them in {@code /proc}. Without a process every figure is unknown.
 * Thread-safe.
 *
 * @param pids their process ids
 */
public record ServerProcess(List<Integer> pids) {

    /** The unit of CPU time in {@code /proc}: a tick, 100 per second on each Linux that a JVM runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final Path PROC = Path.of("/proc");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    /**
     * Checks the process ids.
     *
     * @throws IllegalArgumentException if one of the processes does not exist
     */
    public ServerProcess {
        pids = List.copyOf(pids);
        for (int pid : pids) {
            if (!Files.isReadable(PROC.resolve(pid + "/stat"))) {
                throw new IllegalArgumentException("pid: " + pid + " (expected: a process of this machine, on Linux)");
            }
        }
    }

    boolean isKnown() {
        return !pids.isEmpty();
    }

    /** Returns the CPU time used so far. */
    Cpu cpu() {
        Cpu all = Cpu.NONE;
        for (int pid : pids) {
            String stat = read(PROC.resolve(pid + "/stat"));
            String[] fields =
                    stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1); // the name may have blanks
            if (fields.length > 12) {
                long user = Long.parseLong(fields[11]) * NANOS_PER_TICK;
                long system = Long.parseLong(fields[12]) * NANOS_PER_TICK;
                all = all.plus(new Cpu(user, system, onThreads(pid)));
            }
        }
        return all;
    }

    private static Map<Integer, Long> onThreads(int pid) {
        Map<Integer, Long> nanos = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(PROC.resolve(pid + "/task"))) {
            for (Path thread : threads) {
                String stat = read(thread.resolve("schedstat"));
                int end = stat.indexOf(' ');
                if (end > 0) {
                    nanos.put(Integer.valueOf(thread.getFileName().toString()), Long.valueOf(stat.substring(0, end)));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return Map.of();
        }
        return nanos;
    }

    /** Returns the resident memory in bytes, or null if unknown. */
    public @Nullable Long residentBytes() {
        return isKnown() ? pids.stream().mapToLong(ServerProcess::residentBytes).sum() : null;
    }

    private static long residentBytes(int pid) {
        return read(PROC.resolve(pid + "/status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1_024 * Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /**
     * Returns the bytes of live objects on the heaps after a collection, or null if a process is no JVM that this
     * process can query.
     */
    public @Nullable Long liveHeapBytes() {
        long all = 0;
        for (int pid : pids) {
            Long bytes = isJvm(pid) ? liveHeapBytes(pid) : null;
            if (bytes == null) {
                return null;
            }
            all += bytes;
        }
        return isKnown() ? all : null;
    }

    /**
     * Returns whether a process is a JVM. Any other process would be ended by the request, which begins with a SIGQUIT.
     */
    private static boolean isJvm(int pid) {
        try (Stream<String> maps = Files.lines(PROC.resolve(pid + "/maps"), StandardCharsets.ISO_8859_1)) {
            return maps.anyMatch(line -> line.endsWith("/libjvm.so"));
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static @Nullable Long liveHeapBytes(int pid) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return null;
        }
        Path answer = null;
        try {
            answer = Files.createTempFile("freshet-load", ".txt");
            Process process = new ProcessBuilder(jcmd.toString(), String.valueOf(pid), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile()) // this process could not read a pipe while it answers itself
                    .start();
            process.getOutputStream().close();
            int exit = process.waitFor();
            Matcher total = TOTAL.matcher(read(answer));
            return exit == 0 && total.find() ? Long.valueOf(total.group(1)) : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            delete(answer);
        }
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    /** Returns the text of a file; empty if the file is gone with its process or thread. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * CPU time in nanoseconds.
     *
     * @param user in the process, counted in ticks
     * @param system in the kernel, counted in ticks
     * @param threads the exact CPU time of each thread that is alive, by its id; empty if the kernel does not have it
     */
    record Cpu(long user, long system, Map<Integer, Long> threads) {

        static final Cpu NONE = new Cpu(0, 0, Map.of());

        Cpu {
            threads = Map.copyOf(threads);
        }

        Cpu plus(Cpu other) {
            Map<Integer, Long> all = new HashMap<>(threads);
            all.putAll(other.threads);
            return new Cpu(user + other.user, system + other.system, all);
        }

        /**
         * Returns the CPU time since then. It is the exact one, unless a thread has ended, whose exact time is gone,
         * and the ticks are more than the exact time of the others.
         */
        Used since(Cpu then) {
            long inUser = Math.max(0, user - then.user);
            long inSystem = Math.max(0, system - then.system);
            long ticks = inUser + inSystem;
            long exact = exactSince(then);
            boolean lacks = !threads.keySet().containsAll(then.threads.keySet());
            if (exact <= 0 || lacks && exact < ticks) {
                return new Used(inUser, inSystem);
            }
            double userShare = ticks == 0 ? 1 : (double) inUser / ticks;
            return new Used(Math.round(exact * userShare), Math.round(exact * (1 - userShare)));
        }

        /** Returns the exact CPU time since then of the threads that are alive, or 0 if unknown. */
        private long exactSince(Cpu then) {
            long nanos = 0;
            for (Map.Entry<Integer, Long> thread : threads.entrySet()) {
                nanos += thread.getValue() - then.threads.getOrDefault(thread.getKey(), 0L);
            }
            return then.threads.isEmpty() ? 0 : nanos;
        }
    }

    /** CPU time of an interval in nanoseconds: in the process, and in the kernel. */
    public record Used(long user, long system) {

        double micros() {
            return (user + system) / 1e3;
        }
    }
}
