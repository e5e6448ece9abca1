package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderMarkingTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private Path marker() {
        return folder.resolve("state");
    }

    @Test
    void aFolderWhoseForcesSucceedIsNotMarked() {
        new FolderMarking(folder).doubtIf(false);
        assertThat(marker()).doesNotExist();
    }

    @Test
    void aFolderWhoseForcesFailIsMarkedOnce() throws Exception {
        FolderMarking marking = new FolderMarking(folder);
        marking.doubtIf(true);
        assertThat(ShutdownMarker.read(folder)).isEqualTo(ShutdownMarker.open(false, true));
        Files.delete(marker());
        marking.doubtIf(true);
        assertThat(marker()).doesNotExist();
    }
}
