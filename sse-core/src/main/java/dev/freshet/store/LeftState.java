package dev.freshet.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;

/**
 * How the files of a store were left, so that who opens them next knows whether entries may be missing that were acknowledged: a
 * process that is killed loses nothing that it has written, a machine that crashes loses what was not forced.
 *
 * @param end where the files end of a store that was closed in good form; empty of one that was not
 * @param forced each entry before it was acknowledged
 * @param boot of the machine, or empty where that is not told
 */
record LeftState(String end, boolean forced, String boot) {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String NAME = "state";

    static LeftState open(boolean forced) {
        return new LeftState("", forced, bootId());
    }

    static LeftState closed(String end) {
        return new LeftState(end, true, bootId());
    }

    /** Where a file ends. */
    static String endOf(SegmentFile file) {
        return file.last() + "@" + file.length();
    }

    private static String bootId() {
        try {
            List<String> lines = Files.readAllLines(BOOT);
            return lines.isEmpty() ? "" : lines.get(0).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Of a folder that has none nobody knows, but that it may be new. */
    static LeftState read(Path folder) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(folder.resolve(NAME))) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            return new LeftState("", false, "");
        }
        return new LeftState(
                properties.getProperty("end", ""),
                Boolean.parseBoolean(properties.getProperty("forced")),
                properties.getProperty("boot", ""));
    }

    /** It is on the disk then, but for the name in the folder. */
    void write(Path folder) throws IOException {
        Path next = folder.resolve(NAME + ".next");
        try (RandomAccessFile file = new RandomAccessFile(next.toFile(), "rw")) {
            file.setLength(0);
            file.write(
                    ("end=" + end + "\nforced=" + forced + "\nboot=" + boot + "\n").getBytes(StandardCharsets.UTF_8));
            file.getFD().sync();
        }
        Files.move(next, folder.resolve(NAME), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether what the files have is all that was acknowledged, where they end so. */
    boolean isCertain(String found, boolean isTorn) {
        return end.isEmpty() ? forced || !boot.isEmpty() && boot.equals(bootId()) : end.equals(found) && !isTorn;
    }
}
