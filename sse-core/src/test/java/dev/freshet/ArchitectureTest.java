package dev.freshet;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "dev.freshet",
        importOptions = {DoNotIncludeTests.class, ArchitectureTest.WithoutFixtures.class})
class ArchitectureTest {
    static final class WithoutFixtures implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/dev/freshet/fixtures/") && !location.contains("/dev/freshet/harness/");
        }
    }

    @ArchTest
    static final ArchRule THE_ARROWS_POINT_FROM_HUB_TO_EVENT = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.freshet..")
            .layer("hub")
            .definedBy("dev.freshet.hub..")
            .layer("log")
            .definedBy("dev.freshet.log..")
            .layer("codec")
            .definedBy("dev.freshet.codec..")
            .layer("store")
            .definedBy("dev.freshet.store..")
            .layer("event")
            .definedBy("dev.freshet.event..")
            .layer("concurrent")
            .definedBy("dev.freshet.concurrent..")
            .layer("logging")
            .definedBy("dev.freshet.logging..")
            .layer("topic")
            .definedBy("dev.freshet.topic..")
            .ensureAllClassesAreContainedInArchitecture()
            .whereLayer("hub")
            .mayOnlyAccessLayers("log", "codec", "store", "event", "concurrent", "logging", "topic")
            .whereLayer("log")
            .mayOnlyAccessLayers("event", "logging", "topic")
            .whereLayer("codec")
            .mayOnlyAccessLayers("event")
            .whereLayer("store")
            .mayOnlyAccessLayers("event", "logging")
            .whereLayer("event")
            .mayNotAccessAnyLayer()
            .whereLayer("concurrent")
            .mayNotAccessAnyLayer()
            .whereLayer("logging")
            .mayNotAccessAnyLayer()
            .whereLayer("topic")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
            slices().matching("dev.freshet.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_TRANSPORT =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule ONE_CLASS_FOR_EACH_JACKSON_KNOWS_IT = noClasses()
            .that()
            .haveNameNotMatching("dev\\.freshet\\.event\\.Jackson[23]")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.fasterxml..", "tools.jackson..");

    @ArchTest
    static final ArchRule THE_LIBRARY_ITSELF_WRITES_WITHOUT_A_MAPPER = noClasses()
            .that()
            .resideOutsideOfPackage("dev.freshet.event..")
            .should()
            .callMethodWhere(target(nameMatching("json")).and(target(owner(nameMatching(".*SseEvent(\\$Builder)?")))));
}
