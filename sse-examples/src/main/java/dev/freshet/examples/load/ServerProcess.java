package dev.freshet.examples.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The processes that are the server, as Linux tells of them in {@code /proc}. Without a process nothing is told. Thread-safe.
 *
 * @param pids their numbers
 */
public record ServerProcess(List<Integer> pids) {

    /** What {@code /proc} counts processor time in: Linux has 100 of them a second on all machines that a JVM runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final Path PROC = Path.of("/proc");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    /**
     * The processes.
     *
     * @throws IllegalArgumentException if one of them is not there
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

    /** The processor time up to now. */
    Cpu cpu() {
        Cpu all = Cpu.NONE;
        for (int pid : pids) {
            String stat = read(PROC.resolve(pid + "/stat"));
            String[] fields =
                    stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1); // a name may have blanks
            if (fields.length > 12) {
                long user = Long.parseLong(fields[11]) * NANOS_PER_TICK;
                long system = Long.parseLong(fields[12]) * NANOS_PER_TICK;
                all = all.plus(new Cpu(user, system, onThreads(pid)));
            }
        }
        return all;
    }

    private static long onThreads(int pid) {
        long nanos = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(PROC.resolve(pid + "/task"))) {
            for (Path thread : threads) {
                String stat = read(thread.resolve("schedstat"));
                int end = stat.indexOf(' ');
                nanos += end > 0 ? Long.parseLong(stat.substring(0, end)) : 0;
            }
        } catch (IOException e) {
            return 0;
        }
        return nanos;
    }

    /** Resident memory in bytes, or null where nothing is known. */
    @Nullable
    Long residentBytes() {
        return isKnown() ? pids.stream().mapToLong(ServerProcess::residentBytes).sum() : null;
    }

    private static long residentBytes(int pid) {
        return read(PROC.resolve(pid + "/status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1_024 * Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** What lives on the heaps after a collection, or null where one of the processes is no JVM that this one may ask. */
    @Nullable
    Long liveHeapBytes() {
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

    /** To ask a process that is none would end it: the question begins with a SIGQUIT. */
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
        try {
            Process process = new ProcessBuilder(jcmd.toString(), String.valueOf(pid), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            Matcher total = TOTAL.matcher(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            return process.waitFor() == 0 && total.find() ? Long.valueOf(total.group(1)) : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** A file that has gone with its process or thread is empty. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Processor time in nanoseconds.
     *
     * @param user in the process, counted in ticks
     * @param system in the kernel, counted in ticks
     * @param threads of the threads that live, counted exactly; 0 where the kernel does not tell
     */
    record Cpu(long user, long system, long threads) {

        static final Cpu NONE = new Cpu(0, 0, 0);

        Cpu plus(Cpu other) {
            return new Cpu(user + other.user, system + other.system, threads + other.threads);
        }

        /** From then to this; by the exact count, if no thread has ended and taken its share with it. */
        Cpu since(Cpu then) {
            long ticks = user - then.user + system - then.system;
            long exact = threads - then.threads;
            if (Math.abs(exact - ticks) > 3 * NANOS_PER_TICK || exact <= 0) {
                return new Cpu(Math.max(0, user - then.user), Math.max(0, system - then.system), 0);
            }
            double userShare = ticks == 0 ? 1 : (double) (user - then.user) / ticks;
            return new Cpu(Math.round(exact * userShare), Math.round(exact * (1 - userShare)), 0);
        }

        double micros() {
            return (user + system) / 1e3;
        }
    }
}
