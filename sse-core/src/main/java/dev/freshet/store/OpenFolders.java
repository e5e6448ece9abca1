package dev.freshet.store;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folders that this process has open. They are checked before the lock file is opened: a process loses its lock on
 * a file as soon as it closes any of its descriptors of that file (POSIX fcntl). Thread-safe.
 */
final class OpenFolders {
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private OpenFolders() {}

    /** Adds a folder; returns false if it is open already. */
    static boolean add(Path realPath) {
        return OPEN.add(realPath);
    }

    static void remove(Path realPath) {
        OPEN.remove(realPath);
    }
}
