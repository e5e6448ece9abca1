package dev.freshet.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;

/**
 * The state in which the files of a store were left. By it the next store that opens them decides whether acknowledged
 * entries may be missing: a process that is killed loses nothing that it has written, and a machine that crashes loses
 * what was not forced. After a force that failed the system may lack what it has not written to the disk, and no later
 * force reports that; so the files are in doubt until they are found whole after the system has started again.
 *
 * @param end the end of the files of a store that was closed properly, or empty; {@code aside} while files are set aside
 * @param forced whether each entry was forced before it was acknowledged
 * @param boot the boot id of the machine, or empty if it is not known
 * @param doubt whether a force has failed
 */
record ShutdownMarker(String end, boolean forced, String boot, boolean doubt) {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String NAME = "state";
    private static final String SETTING_ASIDE = "aside";

    private static final ShutdownMarker UNKNOWN = new ShutdownMarker("", false, "", false);

    static ShutdownMarker open(boolean forced, boolean doubt) {
        return new ShutdownMarker("", forced && !doubt, bootId(), doubt);
    }

    static ShutdownMarker closed(String end, boolean doubt) {
        return new ShutdownMarker(end, true, bootId(), doubt);
    }

    /** Returns the state while files are set aside, after which no acknowledged entry is certain to be there. */
    static ShutdownMarker settingAside() {
        return new ShutdownMarker(SETTING_ASIDE, false, "", false);
    }

    /** Returns whether files were being set aside. */
    boolean isSettingAside() {
        return end.equals(SETTING_ASIDE);
    }

    /** Returns the end of a file as text. */
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

    /** Reads the state of a folder. A folder without one is new, or its state is unknown, as is a malformed one. */
    static ShutdownMarker read(Path folder) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(folder.resolve(NAME))) {
            properties.load(in);
        } catch (NoSuchFileException | CharacterCodingException | IllegalArgumentException e) {
            return UNKNOWN;
        }
        return new ShutdownMarker(
                properties.getProperty("end", ""),
                Boolean.parseBoolean(properties.getProperty("forced")),
                properties.getProperty("boot", ""),
                Boolean.parseBoolean(properties.getProperty("doubt")));
    }

    /** Writes the state and forces its content to the disk, but not its name in the folder. */
    void write(Path folder) throws IOException {
        Path next = folder.resolve(NAME + ".next");
        try (RandomAccessFile file = new RandomAccessFile(next.toFile(), "rw")) {
            file.setLength(0);
            String text = "end=" + end + "\nforced=" + forced + "\nboot=" + boot + "\ndoubt=" + doubt + "\n";
            file.write(text.getBytes(StandardCharsets.UTF_8));
            file.getFD().sync();
        }
        Files.move(next, folder.resolve(NAME), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Returns whether files with this end have every entry that was acknowledged. */
    boolean isCertain(String found, boolean isTorn) {
        if (!end.isEmpty()) {
            return end.equals(found) && !isTorn;
        }
        return doubt ? isSameBoot() && !isTorn : forced || isSameBoot();
    }

    /** Returns whether files that are certain are in doubt if the machine crashes. */
    boolean isInDoubt() {
        return doubt && (boot.isEmpty() || isSameBoot());
    }

    private boolean isSameBoot() {
        return !boot.isEmpty() && boot.equals(bootId());
    }
}
