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
 * what was not forced.
 *
 * @param end the end of the files of a store that was closed properly; else empty, or what was going on
 * @param forced whether each entry was forced before it was acknowledged
 * @param boot the boot id of the machine, or empty if it is not known
 */
record ShutdownMarker(String end, boolean forced, String boot) {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String NAME = "state";
    /** The end of no file. */
    private static final String SETTING_ASIDE = "aside";

    private static final String IN_DOUBT = "doubt";

    static ShutdownMarker open(boolean forced) {
        return new ShutdownMarker("", forced, bootId());
    }

    static ShutdownMarker closed(String end) {
        return new ShutdownMarker(end, true, bootId());
    }

    /** Returns the state after a failed force: it is not known what the disk has, and no later force tells. */
    static ShutdownMarker inDoubt() {
        return new ShutdownMarker(IN_DOUBT, false, bootId());
    }

    /** Returns whether a force had failed. */
    boolean isInDoubt() {
        return end.equals(IN_DOUBT);
    }

    /** Returns the state while files are set aside, after which no acknowledged entry is certain to be there. */
    static ShutdownMarker settingAside() {
        return new ShutdownMarker(SETTING_ASIDE, false, "");
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
            return new ShutdownMarker("", false, "");
        }
        return new ShutdownMarker(
                properties.getProperty("end", ""),
                Boolean.parseBoolean(properties.getProperty("forced")),
                properties.getProperty("boot", ""));
    }

    /** Writes the state and forces its content to the disk, but not its name in the folder. */
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

    /** Returns whether files with this end have every entry that was acknowledged. */
    boolean isCertain(String found, boolean isTorn) {
        return end.isEmpty() || isInDoubt()
                ? forced || !boot.isEmpty() && boot.equals(bootId())
                : end.equals(found) && !isTorn;
    }
}
