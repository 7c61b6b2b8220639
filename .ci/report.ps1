# Counts the results of the suites in one folder, and prints every skipped test with its reason.
param([string] $Path)

$passed = $failed = $skipped = 0
foreach ($file in [System.IO.Directory]::GetFiles($Path, '*.trx')) {
    $document = [xml]::new()
    $document.Load($file)
    foreach ($result in $document.TestRun.Results.UnitTestResult) {
        switch ($result.outcome) {
            'Passed' { $passed++ }
            'NotExecuted' {
                $skipped++
                "Skipped: $($result.testName): $(($result.Output.ErrorInfo.Message, $result.Output.StdOut -ne $null)[0])"
            }
            default {
                $failed++
                "Failed: $($result.testName)"
            }
        }
    }
}
foreach ($file in [System.IO.Directory]::GetFiles($Path, 'pester.xml')) {
    $document = [xml]::new()
    $document.Load($file)
    foreach ($case in $document.SelectNodes('//testcase')) {
        if ($case.SelectSingleNode('failure')) {
            $failed++
            "Failed: $($case.name)"
        }
        elseif ($reason = $case.SelectSingleNode('skipped')) {
            $skipped++
            "Skipped: $($case.name): $($reason.message)"
        }
        else { $passed++ }
    }
}
"$passed passed, $failed failed, $skipped skipped"
if ($passed -eq 0 -or $failed -gt 0) { exit 1 }
