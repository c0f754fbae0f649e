import {
  ActionIcon,
  Button,
  Checkbox,
  MultiSelect,
  SegmentedControl,
  Select,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { FilterField } from '@/components/FilterField'
import { Part } from './Part'
import classes from './Design.module.css'

const sizes = ['xs', 'sm', 'md'] as const

/** Buttons and fields, each as it is at rest, with an error, and when it can't be used. */
export function Controls() {
  return (
    <Part title="Controls">
      {sizes.map((size) => (
        <div key={size} className={classes.row}>
          <Button size={size} leftSection={<IconPlus size={15} />}>
            Create {size}
          </Button>
          <Button size={size} variant="default">
            Cancel
          </Button>
          <Button size={size} variant="light">
            Preview
          </Button>
          <Button size={size} color="red">
            Delete
          </Button>
          <Button size={size} disabled>
            Disabled
          </Button>
          <Button size={size} loading>
            Saving
          </Button>
          <ActionIcon size={size} aria-label={`Delete ${size}`}>
            <IconTrash size={15} />
          </ActionIcon>
          <SegmentedControl size={size} data={['Graph', 'Timeline']} aria-label={`View ${size}`} />
        </div>
      ))}
      <div className={classes.two}>
        <TextInput label="Name" description="Letters, digits and hyphens." placeholder="checkout-api" />
        <TextInput label="Name" defaultValue="Checkout API" error="Use letters, digits and hyphens." />
        <TextInput label="Name" defaultValue="checkout-api" disabled />
        <Textarea label="Description" autosize minRows={2} />
        <Select label="Cluster" data={['staging', 'production']} placeholder="Choose a cluster" />
        <MultiSelect label="Namespaces" data={['default', 'shop']} defaultValue={['shop']} />
        <FilterField label="Filter by name" value={undefined} change={() => undefined} />
        <div className={classes.row}>
          <Switch label="Run in parallel" defaultChecked />
          <Switch label="Limit concurrency" />
          <Checkbox label="Select" defaultChecked />
          <Checkbox label="Disabled" disabled />
        </div>
      </div>
    </Part>
  )
}
