package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShutdownMarkerTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private static void assertCertain(boolean isCertain, ShutdownMarker marker, String found, boolean isTorn) {
        assertThat(marker.isCertain(found, isTorn)).as("%s %s", marker, found).isEqualTo(isCertain);
    }

    private static ShutdownMarker killed(boolean forced, String boot, boolean doubt) {
        return new ShutdownMarker("", forced, boot, doubt);
    }

    @Test
    void afterACloseOnlyTheEndThatItNotedIsCertain() {
        for (boolean doubt : new boolean[] {false, true}) {
            ShutdownMarker closed = ShutdownMarker.closed("1-2@3", doubt);
            assertCertain(true, closed, "1-2@3", false);
            assertCertain(false, closed, "1-2@3", true);
            assertCertain(false, closed, "1-2@4", false);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void withoutACloseWhatWasForcedIsCertainAndWhatTheSameBootHas() throws Exception {
        assertCertain(true, killed(true, "another", false), "1-2@3", true);
        assertCertain(true, killed(false, FolderFixture.thisBoot(), false), "1-2@3", true);
        assertCertain(false, killed(false, "another", false), "1-2@3", false);
        assertCertain(false, killed(false, "", false), "1-2@3", false);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void inDoubtAndWithoutACloseOnlyWhatTheSameBootHasWholeIsCertain() throws Exception {
        assertCertain(true, killed(false, FolderFixture.thisBoot(), true), "1-2@3", false);
        assertCertain(false, killed(false, FolderFixture.thisBoot(), true), "1-2@3", true);
        assertCertain(false, killed(true, "another", true), "1-2@3", false);
        assertCertain(false, killed(true, "", true), "1-2@3", false);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void filesAreInDoubtUntilAnotherBootFindsThemWhole() throws Exception {
        assertThat(killed(true, FolderFixture.thisBoot(), true).isInDoubt()).isTrue();
        assertThat(killed(true, "", true).isInDoubt()).isTrue();
        assertThat(killed(true, "another", true).isInDoubt()).isFalse();
        assertThat(killed(true, FolderFixture.thisBoot(), false).isInDoubt()).isFalse();
    }

    @Test
    void whatIsInDoubtDoesNotCountAsForced() {
        assertThat(ShutdownMarker.open(true, true).forced()).isFalse();
        assertThat(ShutdownMarker.open(true, false).forced()).isTrue();
        assertThat(ShutdownMarker.open(false, false).forced()).isFalse();
    }

    @Test
    void aStateOfFilesThatAreBeingSetAsideIsNeverCertain() {
        ShutdownMarker aside = ShutdownMarker.settingAside();
        assertThat(aside.isSettingAside()).isTrue();
        assertThat(ShutdownMarker.open(true, false).isSettingAside()).isFalse();
        assertCertain(false, aside, "1-2@3", false);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aStateIsReadAsItWasWritten() throws Exception {
        for (ShutdownMarker marker : new ShutdownMarker[] {
            ShutdownMarker.open(true, false),
            ShutdownMarker.open(false, false),
            ShutdownMarker.open(false, true),
            ShutdownMarker.closed("1-2@3", false),
            ShutdownMarker.closed("1-2@3", true)
        }) {
            assertThat(marker.boot()).isEqualTo(FolderFixture.thisBoot());
            marker.write(folder);
            assertThat(ShutdownMarker.read(folder)).isEqualTo(marker);
        }
        assertThat(folder).isDirectoryNotContaining("glob:**.next");
    }

    @Test
    void whatAnEarlierWriteHasLeftIsNoPartOfTheState() throws Exception {
        Files.writeString(folder.resolve("state.next"), "x".repeat(500));
        ShutdownMarker.settingAside().write(folder);
        assertThat(folder.resolve("state")).hasContent("end=aside\nforced=false\nboot=\ndoubt=false\n");
    }

    @Test
    void aFolderWithoutAStateIsNew() throws Exception {
        assertThat(ShutdownMarker.read(folder)).isEqualTo(new ShutdownMarker("", false, "", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "end=\\u12"})
    void aStateThatIsMalformedIsUnknown(String state) throws Exception {
        Files.writeString(folder.resolve("state"), state);
        assertThat(ShutdownMarker.read(folder)).isEqualTo(new ShutdownMarker("", false, "", false));
    }

    @Test
    void theEndOfAFileIsItsLastPositionAndItsLength() throws Exception {
        SegmentFile file = SegmentFixture.create(folder.resolve("segment"), new EventId(1, 2));
        assertThat(ShutdownMarker.endOf(file)).isEqualTo("1-2@28");
    }
}
