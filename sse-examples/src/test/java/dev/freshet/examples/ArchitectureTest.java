package dev.freshet.examples;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.freshet.examples", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule THE_ARROWS_POINT_FROM_THE_PROGRAMS_TO_THE_REPORT = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.freshet.examples..")
            .layer("programs")
            .definedBy("dev.freshet.examples")
            .layer("command")
            .definedBy("dev.freshet.examples.load")
            .layer("scenario")
            .definedBy("dev.freshet.examples.load.scenario")
            .layer("server")
            .definedBy("dev.freshet.examples.load.server")
            .layer("client")
            .definedBy("dev.freshet.examples.load.client")
            .layer("report")
            .definedBy("dev.freshet.examples.load.report")
            .layer("conformance command")
            .definedBy("dev.freshet.examples.conformance")
            .layer("conformance check")
            .definedBy("dev.freshet.examples.conformance.check")
            .layer("conformance wire")
            .definedBy("dev.freshet.examples.conformance.wire")
            .layer("conformance report")
            .definedBy("dev.freshet.examples.conformance.report")
            .ensureAllClassesAreContainedInArchitecture()
            .whereLayer("programs")
            .mayOnlyAccessLayers("command", "server", "conformance command")
            .whereLayer("command")
            .mayOnlyAccessLayers("scenario", "server", "client", "report")
            .whereLayer("scenario")
            .mayOnlyAccessLayers("server", "client", "report")
            .whereLayer("server")
            .mayOnlyAccessLayers("client", "report")
            .whereLayer("client")
            .mayOnlyAccessLayers("report")
            .whereLayer("report")
            .mayNotAccessAnyLayer()
            .whereLayer("conformance command")
            .mayOnlyAccessLayers("conformance check", "conformance wire", "conformance report")
            .whereLayer("conformance check")
            .mayOnlyAccessLayers("conformance wire", "conformance report")
            .whereLayer("conformance wire")
            .mayNotAccessAnyLayer()
            .whereLayer("conformance report")
            .mayNotAccessAnyLayer();
}
