# Counts the results of the suites in one folder, and prints every skipped test with its reason and every failed one with its message.
param([string] $Path)

$passed = 0
$skipped = @()
$failed = @()
foreach ($file in [System.IO.Directory]::GetFiles($Path, '*.trx')) {
    $document = [xml]::new()
    $document.Load($file)
    foreach ($result in $document.TestRun.Results.UnitTestResult) {
        switch ($result.outcome) {
            'Passed' { $passed++ }
            'NotExecuted' { $skipped += "$($result.testName): $(($result.Output.ErrorInfo.Message, $result.Output.StdOut -ne $null)[0])" }
            default { $failed += "$($result.testName): $($result.Output.ErrorInfo.Message)" }
        }
    }
}
foreach ($file in [System.IO.Directory]::GetFiles($Path, 'pester.xml')) {
    $document = [xml]::new()
    $document.Load($file)
    foreach ($case in $document.SelectNodes('//testcase')) {
        if ($failure = $case.SelectSingleNode('failure')) { $failed += "$($case.name): $($failure.message)" }
        elseif ($reason = $case.SelectSingleNode('skipped')) { $skipped += "$($case.name): $($reason.message)" }
        else { $passed++ }
    }
}
foreach ($test in $skipped) { "Skipped: $test" }
"$passed passed, $($failed.Count) failed, $($skipped.Count) skipped"
foreach ($test in $failed) { "Failed: $test" }
if ($passed -eq 0 -or $failed.Count -gt 0) { exit 1 }
