#!/bin/sh
# Every order of demonstrations, in under an hour: both embedded models side by side, three data sets one after another.
#
#     sh experiments/ordering/hour.sh data outputs/hour
#
# data holds the folders sst2, subj and emotion, whose files have a text and a label; 100 questions and a pool of 400, as in
# the tables of README.md. What was asked is not asked again: stopped, it goes on where it was.
# PYTHON is the interpreter (python), MODELS the models (smollm2 gemma3), each on a core of its own.
set -eu
data=$1 out=$2
: "${PYTHON:=python}" "${MODELS:=smollm2 gemma3}" "${OMP_NUM_THREADS:=1}"
export OMP_NUM_THREADS

promptlab() { # PART MODEL SET overrides…
    part=$1 model=$2 set=$3
    shift 3
    "$PYTHON" -m promptlab -m experiment=ordering dataset=jsonl "dataset.path=$data/$set" dataset.task.answer=label \
        "model=$model" "hydra.sweep.dir=$out/$part" "$@"
}

column() { # MODEL SET
    promptlab nearest "$@"
    promptlab nearest "$@" ordering=shuffled seed=1,2,3,4
    promptlab nearest "$@" ordering=complexity
    promptlab exhaustive "$@" ordering=exhaustive ordering.permutation=0,1,2,3,4,5
    promptlab one_set "$@" selection=balanced ordering=global_entropy,shuffled seed=0,1,2,3,4
}

asking=
for model in $MODELS; do
    (for set in sst2 subj emotion; do column "$model" "$set"; done) &
    asking="$asking $!"
done
for each in $asking; do wait "$each"; done
for part in nearest one_set; do
    "$PYTHON" -m promptlab table "$out/$part" --rows ordering --columns dataset,model
done
"$PYTHON" -m promptlab report "$out/exhaustive"
