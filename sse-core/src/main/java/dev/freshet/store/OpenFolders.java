package dev.freshet.store;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folders that this process has open. They are looked at before the lock file is: a process loses its lock on a file as soon as
 * it closes any of its descriptors of that (POSIX fcntl).
 */
final class OpenFolders {
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private OpenFolders() {}

    /** Returns false where it is open already. */
    static boolean add(Path realPath) {
        return OPEN.add(realPath);
    }

    static void remove(Path realPath) {
        OPEN.remove(realPath);
    }
}
