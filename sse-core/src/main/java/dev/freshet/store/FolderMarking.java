package dev.freshet.store;

import static dev.freshet.store.StoreLogger.LOGGER;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The marker that a store keeps in its folder while it has it open, for the store that opens it next. Confined to the
 * thread that writes the store, after it was opened.
 */
final class FolderMarking {
    private final OwnThread writer = new OwnThread();
    private final Path folder;
    /** Whether the files were in doubt when they were opened. */
    private boolean isInDoubt;
    /** Whether a force has failed since then, and the marker has it. */
    private boolean isMarked;

    private boolean isFailureLogged;

    FolderMarking(Path folder) {
        this.folder = folder;
    }

    /** Takes over the doubt in which files were left that are found certain. */
    void found(ShutdownMarker left) {
        isInDoubt = left.isInDoubt();
    }

    /**
     * Forces the recovered files, so that what is acknowledged from now on is on the disk, and marks them as open.
     *
     * @param isEach whether each entry will be forced before it is acknowledged
     */
    void open(Forceable file, boolean isEach) throws IOException {
        try {
            file.sync();
        } catch (Throwable e) {
            try (Closeable failed = () -> ShutdownMarker.open(false, true).write(folder)) {
                throw e;
            }
        }
        ShutdownMarker.open(isEach, isInDoubt).write(folder);
        StoreFolder.force(folder);
    }

    /** Marks the files as in doubt if a force has failed; again if the marker could not be written before. */
    void doubtIf(boolean hasFailed) {
        assert writer.isCurrent();
        if (!hasFailed || isMarked) {
            return;
        }
        try {
            ShutdownMarker.open(false, true).write(folder);
            isMarked = true;
        } catch (IOException e) {
            if (!isFailureLogged) {
                isFailureLogged = true;
                LOGGER.error("store: {} was not marked as in doubt", folder, e);
            }
        }
    }

    /** Marks the files as closed, once the last of them is forced. */
    void leave(SegmentFile last) throws IOException {
        assert writer.isCurrent();
        ShutdownMarker.closed(ShutdownMarker.endOf(last), isInDoubt).write(folder);
        StoreFolder.force(folder);
    }
}
