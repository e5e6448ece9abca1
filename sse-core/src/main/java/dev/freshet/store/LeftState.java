package dev.freshet.store;

import java.io.IOException;
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
 * @param closed in good form
 * @param forced each entry before it was acknowledged
 * @param boot of the machine, or empty where that is not told
 */
record LeftState(boolean closed, boolean forced, String boot) {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String NAME = "state";

    LeftState(boolean closed, boolean forced) {
        this(closed, forced, bootId());
    }

    private static String bootId() {
        try {
            List<String> lines = Files.readAllLines(BOOT);
            return lines.isEmpty() ? "" : lines.get(0).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Of a folder that was never opened it is certain that nothing is missing. */
    static LeftState read(Path folder) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(folder.resolve(NAME))) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            return new LeftState(true, true);
        }
        return new LeftState(
                Boolean.parseBoolean(properties.getProperty("closed")),
                Boolean.parseBoolean(properties.getProperty("forced")),
                properties.getProperty("boot", ""));
    }

    void write(Path folder) throws IOException {
        Path next = folder.resolve(NAME + ".next");
        Files.writeString(next, "closed=" + closed + "\nforced=" + forced + "\nboot=" + boot + "\n");
        Files.move(next, folder.resolve(NAME), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether what the files have is all that was acknowledged. */
    boolean isCertain() {
        return closed || forced || !boot.isEmpty() && boot.equals(bootId());
    }
}
