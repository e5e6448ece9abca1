package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Megabytes a second through a hub with a heap of 256 MiB, 64 MiB of direct memory and no collection on request, beside readers
 * that are slow and readers that do not read. {@code -Dfreshet.load.seconds=600 -Dfreshet.load.megabytes=50
 * -Dfreshet.load.stuck=3000 -Dfreshet.load.collector=G1|Parallel|Z} is the whole of it; {@code freshet.load.streams=false} what
 * the application takes alone.
 */
class HubStreamMemoryTest {
    private static final int SECONDS = Integer.getInteger("freshet.load.seconds", 8);
    private static final int MEGABYTES_A_SECOND = Integer.getInteger("freshet.load.megabytes", 8);
    private static final int STUCK = Integer.getInteger("freshet.load.stuck", 300);
    private static final String COLLECTOR = System.getProperty("freshet.load.collector", "G1");
    private static final boolean STREAMS = !"false".equals(System.getProperty("freshet.load.streams"));
    private static final int HEALTHY = 90;
    private static final int SLOW = 10;
    private static final long PATIENCE_SECONDS = 60;
    private static final Pattern RETAINED = Pattern.compile("(\\d+) errors, retained at least (\\d+) %");
    private static final Pattern PAUSE = Pattern.compile("Pause .* (\\d+\\.\\d+)ms");

    @TempDir
    private Path directory;

    @Test
    void everyHealthyReaderGetsAllBesideThoseWhoDoNotRead() throws Exception {
        Path collections = directory.resolve("gc.log");
        Process process = ChildJvm.of(
                        List.of(
                                "-Xmx256m",
                                "-XX:MaxDirectMemorySize=64m",
                                "-XX:+DisableExplicitGC",
                                "-XX:+Use" + COLLECTOR + "GC",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Xlog:gc*,safepoint:file=" + collections + "::filecount=0",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"),
                        LoadedServer.class,
                        String.valueOf(STREAMS),
                        String.valueOf(MEGABYTES_A_SECOND))
                .start();
        try (BufferedReader out = process.inputReader();
                LoadReaders readers = new LoadReaders(Integer.parseInt(out.readLine()))) {
            long nanos = TimeUnit.SECONDS.toNanos(SECONDS);
            readers.run(STREAMS ? HEALTHY : 0, STREAMS ? SLOW : 0, STREAMS ? STUCK : 0, nanos / 2, nanos, out::ready);
            assertThat(out.readLine()).isEqualTo("enough");
            process.getOutputStream().close();
            String told = String.valueOf(out.readLine());
            System.out.println(COLLECTOR + ": " + told);
            System.out.println(out.readLine());
            System.out.printf(
                    "healthy: %d events, %d gaps, %d cut; others cut: %d%n",
                    readers.events, readers.gaps, readers.cut, readers.othersCut);
            report(Files.readAllLines(collections));
            Matcher retained = RETAINED.matcher(told);
            assertThat(retained.find()).as(told).isTrue();
            assertThat(retained.group(1)).isEqualTo("0");
            assertThat(Integer.parseInt(retained.group(2))).isGreaterThan(80);
            assertThat(readers.gaps).isZero();
            assertThat(readers.cut).isZero();
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** No pause but reported: how long one is tells the machine, and not this. */
    private static void report(List<String> collections) throws IOException {
        double[] pauses = collections.stream()
                .map(PAUSE::matcher)
                .filter(Matcher::find)
                .mapToDouble(pause -> Double.parseDouble(pause.group(1)))
                .sorted()
                .toArray();
        long full =
                collections.stream().filter(line -> line.contains("Pause Full")).count();
        long stalls = collections.stream()
                .filter(line -> line.contains("Allocation Stall ("))
                .count();
        System.out.printf(
                "%d pauses, median %.2f ms, longest %.2f ms, %d full; %d stalls%n",
                pauses.length,
                pauses.length == 0 ? 0 : pauses[pauses.length / 2],
                pauses.length == 0 ? 0 : pauses[pauses.length - 1],
                full,
                stalls);
        assertThat(collections).noneMatch(line -> line.contains("System.gc()"));
        if ("G1".equals(COLLECTOR)) {
            assertThat(full).isZero();
        }
    }
}
