package dev.freshet.store;

import static dev.freshet.harness.Conditions.await;
import static dev.freshet.store.EventStoreContract.append;
import static dev.freshet.store.EventStoreContract.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a folder after a force that failed: a machine that crashes afterwards may have lost entries. */
@EnabledOnOs(OS.LINUX)
class FolderDoubtTest extends FileStoreFixture {
    @RegisterExtension
    final LogReader log = new LogReader();

    private final List<EventId> ids = new ArrayList<>();
    private boolean fails;

    private FileEventStore.Builder builder() {
        FileEventStore.Builder builder = FileEventStore.builder(folder);
        builder.disk = file -> () -> {
            if (fails) {
                throw new IOException("as the test wants");
            }
            file.sync();
        };
        return builder;
    }

    /** A folder with one entry, whose store has failed to force the next. */
    private FileEventStore failed() throws Exception {
        FileEventStore store = files.open(builder());
        ids.add(append(store, event("a", "kept")));
        fails = true;
        assertThatThrownBy(() -> append(store, event("a", "refused"))).hasRootCauseMessage("as the test wants");
        fails = false;
        return store;
    }

    /** Has the machine crash: the marker is of another boot, and nothing else is lost. */
    private void crash(String marker) throws IOException {
        files.close();
        Files.writeString(folder.resolve("state"), marker.replace(FolderFixture.thisBoot(), "another"));
    }

    private String marker() throws IOException {
        return Files.readString(folder.resolve("state"));
    }

    private void assertThatAllIsThere() throws Exception {
        assertThat(FolderFixture.kept(files.store(), ids.size()))
                .extracting(Notes.Note::id)
                .containsExactlyElementsOf(ids);
    }

    private void assertThatItBeginsAnew() throws Exception {
        assertThat(FolderFixture.floor(files.store())).isGreaterThan(ids.get(ids.size() - 1));
        assertThat(log.text()).contains("may lack entries after");
    }

    @Test
    void aStoreOfTheSameBootHasAllAndAfterACrashItBeginsAnew() throws Exception {
        failed();
        files.reopen();
        assertThatAllIsThere();
        ids.add(append(files.store(), event("a", "another")));
        assertThatAllIsThere();
        crash(marker());
        assertThatItBeginsAnew();
    }

    @Test
    void aCloseWhoseForceSucceedsDoesNotEndTheDoubt() throws Exception {
        failed();
        files.reopen();
        files.close();
        assertThat(ShutdownMarker.read(folder).doubt()).isTrue();
        files.store();
        crash(marker());
        assertThatItBeginsAnew();
    }

    @Test
    void filesThatWereClosedAndThatAnotherBootFindsWholeAreNotInDoubtAnyMore() throws Exception {
        failed();
        files.reopen();
        files.close();
        crash(marker());
        assertThatAllIsThere();
        assertThat(ShutdownMarker.read(folder)).isEqualTo(ShutdownMarker.open(true, false));
    }

    @Test
    void aTornEndIsNotCertainWhereTheFilesAreInDoubt() throws Exception {
        failed();
        files.reopen();
        String marker = marker();
        files.close();
        Files.writeString(folder.resolve("state"), marker);
        Path file = files.segments().get(0);
        Files.write(file, new byte[512], StandardOpenOption.APPEND);
        assertThatItBeginsAnew();
    }

    @Test
    void aForceThatFailsWhenTheFilesAreOpenedLeavesThemInDoubt() throws Exception {
        ids.add(append(files.open(builder()), event("a", "kept")));
        files.kill(true, FolderFixture.thisBoot());
        fails = true;
        assertThatThrownBy(() -> files.open(builder())).hasStackTraceContaining("as the test wants");
        fails = false;
        assertThat(ShutdownMarker.read(folder).doubt()).isTrue();
        files.open(builder());
        assertThatAllIsThere();
        assertThat(ShutdownMarker.read(folder)).isEqualTo(ShutdownMarker.open(false, true));
    }

    @Test
    void aMarkerThatCannotBeWrittenIsWrittenLaterAndToldOfOnce() throws Exception {
        FileEventStore store = files.open(builder());
        Path obstacle = Files.createDirectory(folder.resolve("state.next"));
        fails = true;
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> append(store, event("a", "refused"))).hasRootCauseMessage("as the test wants");
        }
        assertThat(ShutdownMarker.read(folder)).isEqualTo(ShutdownMarker.open(true, false));
        Files.delete(obstacle);
        await("it is written", () -> ShutdownMarker.read(folder).doubt());
        assertThat(log.text().split("was not marked as in doubt", -1)).hasSize(2);
    }
}
