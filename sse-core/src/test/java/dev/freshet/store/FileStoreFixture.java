package dev.freshet.store;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The folder of a store of each test, which is closed after it. */
abstract class FileStoreFixture {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    FolderFixture files;

    @BeforeEach
    void begin() {
        files = new FolderFixture(folder);
    }

    @AfterEach
    void close() {
        files.close();
    }
}
