# Gives names that are commands of pipelines to models, classes and files, and lets the module talk about them in every way it has.
param([string] $Module, [string] $Folder, [string] $File, [string] $Name)
if ($Module) { Import-Module $Module }
$VerbosePreference = 'Continue'
$lists = Get-Command Format-List -ErrorAction Ignore
if ($PSStyle) { $PSStyle.OutputRendering = 'PlainText' }
$images = "$Folder/data/$File"
$null = New-SampleDataset "$Folder/data/shapes" -Train 20 -Test 20
foreach ($class in 'circle', 'square') { [IO.Directory]::CreateDirectory("$images/$class $File").FullName | Out-Null }
foreach ($class in [IO.Directory]::GetDirectories($images)) {
    [IO.File]::Copy([IO.Directory]::GetFiles([IO.Directory]::GetDirectories("$Folder/data/shapes/train")[0])[0], "$class/$File.png")
}
[IO.File]::WriteAllText("$([IO.Directory]::GetDirectories($images)[0])/b$File.png", 'no image')

$float = Get-QuantizedPretrained cifar_resnet20 -Float -Untrained
$null = $float | Export-QuantModel -LiteralPath "$images/$File.pth"
$model = Import-QuantModel -LiteralPath "$images/$File.pth"
$int8 = $model | Invoke-StaticQuantization (Import-ImageDataset -LiteralPath $images) -Verbose
$data = Import-ImageDataset -LiteralPath $images
$results = @(
    $model; $int8; $int8.History; $int8.Layers; $data
    $model, $int8 | Measure-ModelSize
    $int8 | Export-QuantModel -LiteralPath "$images/int8 $File.pth"
    $int8 | Measure-ModelAccuracy -Data $data
    $int8 | Measure-ModelLatency -Duration 0.01
    $int8 | Format-QuantModel -Duration 0.01
    $int8 | Export-QuantHistogram "$images/$File.svg" linear, layer1.0.conv1 -Data $data -First 1
    $int8 | Compare-QuantModel $model -Data $data -Duration 0.01
    $int8 | Test-QuantModelGate -Reference $model -MinRatio 9 -SoftLimit @{ MaxSizeMB = 0.01 } -Detailed
    $int8 | Invoke-QuantModel -LiteralPath "$([IO.Directory]::GetDirectories($images)[1])/$File.png"
    [QuantPS.Analysis.TextPrediction]::new($Name, $Name, 'fine', 0.5, [System.Collections.Immutable.ImmutableArray[QuantPS.Analysis.ClassScore]]::Empty,
        [System.Collections.Immutable.ImmutableArray[double]]::Empty, [System.Collections.Immutable.ImmutableArray[float]]::Empty, 1)
)
# Each on its own, as a table and as a list, and all of them in one stream.
foreach ($result in $results) {
    $result | Out-Default
    if ($lists) { $result | Format-List | Out-Default }
}
$results | Out-Default
$int8 | Test-QuantModelGate -Reference $model -MinRatio 9 -SoftLimit @{ MaxSizeMB = 0.01 } -Verbose
foreach ($ErrorView in 'ConciseView', 'NormalView', 'CategoryView') {
    Import-QuantModel -LiteralPath "$images/absent $File.pth"
    Import-QuantModel -LiteralPath "$images/$Name"
    Import-QuantModel -LiteralPath ([IO.Directory]::GetDirectories($images)[0])
    Import-ImageDataset -LiteralPath ([IO.Directory]::GetDirectories($images)[0])
    $model | Export-QuantModel -LiteralPath "$images/$File.pth/x.pth"
    $model | Export-QuantModel -LiteralPath "$images/$File.pth"
    $null = $model | Invoke-DynamicQuantization -ModuleName $Name
    $model | Invoke-StaticQuantization $data -SkipModule $Name
    $int8 | Publish-QuantResult -Summary "$images/$File" -Style Plain
    $int8 | Publish-QuantResult -Summary $PSCommandPath -ArtifactName $Name -Style Plain
    $int8 | Publish-QuantResult -Variable @{ $Name = 1 } -Style Plain
    $int8 | Publish-QuantResult -Tag $Name -Activity $Name -PercentComplete 3 -Style Plain
    Get-QuantizedPretrained $Name
}
'done'
